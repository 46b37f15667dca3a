"""Published tables as a registry and extracts of their own.

Here: contracts, indicators and areas in a line each. Not here: any one table.
"""

from __future__ import annotations

import csv
import io
import json
import shutil
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import yaml

from kinhbac.data_folder import SOURCES
from tests.conftest import PROCESS, Province, in_folder
from tests.straight import Compiled

Row = dict[str, str]


def read(path: Path) -> list[Row]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def written(header: list[str], rows: Iterable[Iterable[object]]) -> str:
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(header)
    writer.writerows(["" if cell is None else cell for cell in row] for row in rows)
    return text.getvalue()


class Atlas:
    """Areas as the published tables name them, each by its path of names."""

    def __init__(self) -> None:
        self.rows: dict[str, list[str]] = {}
        self.codes: list[list[str]] = []

    def add(self, *names: str, kind: str | None = None) -> str:
        kinds = ("former_province", "former_district", "former_commune")
        key = "/".join(names)
        parent = self.add(*names[:-1]) if len(names) > 1 and kind is None else ""
        self.rows.setdefault(
            key, [key, kind or kinds[len(names) - 1], key, names[-1], names[-1], parent, "", ""]
        )
        return key

    def write(self, province: Province) -> None:
        head = ["area", "kind", "code", "name_vi", "name_en", "parent", "valid_from", "valid_to"]
        province.write("areas.csv", written(head, self.rows.values()))
        head = ["code_system", "code", "area", "valid_from", "valid_to"]
        province.write("area_codes.csv", written(head, self.codes))
        province.write("area_successions.csv", "predecessor,successor,share_of,share\n")


Writer = Callable[[Province, Atlas, Path], None]
"""Lays one published table into a province."""


def source(key: str, elements: dict[str, Any], **more: Any) -> str:
    contract = {
        "source": key,
        "name": {"vi": key, "en": key},
        "sector": "economy",
        "owner": [{"agency": "TKT", "from": "2025-07-01"}],
        "synthetic": False,
        "published_by": "the published table of the test",
        "delivery": {"format": "csv", "frequency": "year", "decimal": "."},
        "table": {"area": {"column": "Area"}, "period": {"column": "Period"}},
        "data_elements": elements,
    }
    return json.dumps(contract | more, ensure_ascii=False)


def element(column: str, **more: Any) -> dict[str, Any]:
    return {
        "name": {"vi": column, "en": column},
        "unit": "point",
        "column": column,
        "areas": ["former_province"],
        "over_time": "last",
        "over_areas": "none",
    } | more


def indicator(**formula: Any) -> dict[str, Any]:
    return {
        "name": {"vi": "x", "en": "x"},
        "purpose": "Computes a published table again.",
        "unit": "point",
        "areas": ["former_province"],
        "frequency": "year",
        "direction": "higher_is_better",
    } | formula


def build_published(
    root: Path, shared: Path, writers: Iterable[Writer], project: Compiled | None = None
) -> Province:
    """A warehouse of published tables: registry and extracts by ``writers``, all accepted.

    Groups and methods are those that a writer lays down, or else none.
    """
    made = in_folder(root, project)
    made.sources.mkdir()
    shutil.copy(SOURCES / "agencies.yml", made.sources / "agencies.yml")
    vocabulary = yaml.safe_load((SOURCES / "vocabulary.yml").read_text(encoding="utf-8"))
    regions = {name: {"vi": name, "en": name} for name in ("europe", "asia")}
    vocabulary["groupings"] = {"region": {"name": {"vi": "x", "en": "x"}, "categories": regions}}
    del vocabulary["alike"]  # provinces and countries are all of one kind here
    made.write("vocabulary.yml", json.dumps(vocabulary, ensure_ascii=False, default=str))
    made.write("process.yml", PROCESS)
    for name in ("rounds.yml", "needs.yml", "methods.yml"):
        made.write(name, "{}\n")
    made.write("area_groups.csv", "grouping,area,area_group\n")
    atlas = Atlas()
    for write in writers:
        write(made, atlas, shared)
    atlas.write(made)
    made.build()
    refused = "select file, found, expected from problems where bearing != 'told' limit 5"
    assert made.query(refused) == []
    return made
