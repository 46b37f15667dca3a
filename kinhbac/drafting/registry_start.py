"""A registry to start with: a province of its own name, two communes and one example.

Here: filling in ``start/`` and laying it down in a new folder. Not here: the shapes of its files
(``registry.declared``), how a province goes on from there (docs/adopt.md).
"""

from __future__ import annotations

import csv
import io
import json
import os
from dataclasses import dataclass
from pathlib import Path
from string import Template
from typing import Literal

from kinhbac.data_folder import take_away
from kinhbac.problems import Refused
from kinhbac.registry import load_registry
from kinhbac.registry.json_schemas import json_schemas

START = Path(__file__).with_name("start")


@dataclass(frozen=True)
class Province:
    """What a registry begins with: code and names of the province, name of the pages."""

    code: str
    name_vi: str
    name_en: str
    site_vi: str
    site_en: str
    first_language: Literal["vi", "en"] = "vi"


def lay_down_registry(province: Province, folder: Path) -> list[Path]:
    """Write a registry into ``folder``, which is not there yet, and return its files.

    It is proven before it takes its place. Raises Refused where the folder is there, ProblemsFound
    for names that no registry may hold.
    """
    if folder.exists():
        raise Refused(
            f"{folder} is there already. Rule: nothing is overwritten. Remedy: name a new folder."
        )
    said = {name: _quoted(getattr(province, name)) for name in ("site_vi", "site_en")}
    said |= {"code": province.code, "first_language": province.first_language}
    said |= {"csv_vi": _cell(province.name_vi), "csv_en": _cell(province.name_en)}
    aside = folder.with_name(f".{folder.name}.{os.getpid()}.part")
    try:
        for path in sorted(START.rglob("*.*")):
            text = Template(path.read_text(encoding="utf-8")).substitute(said)
            _write(aside / path.relative_to(START), text)
        for name, schema in json_schemas().items():
            _write(aside / "schema" / name, json.dumps(schema, ensure_ascii=False, indent=2) + "\n")
        load_registry(aside)
        aside.rename(folder)
    finally:
        if aside.exists():
            take_away(aside)
    return sorted(path for path in folder.rglob("*") if path.is_file())


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def _cell(text: str) -> str:
    line = io.StringIO()
    csv.writer(line, lineterminator="").writerow([text])
    return line.getvalue()
