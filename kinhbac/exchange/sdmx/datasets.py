"""Figures in SDMX-ML 3.0 or SDMX-JSON 2.0, made of the sealed SDMX-CSV when somebody asks for them.

Here: one message an indicator, with the structures beside it. Not here: the sealed files
(``messages``, ``observations``), the lines of JSON (``figures_json``), what XML is valid by
(``figures_schema``). Neither registry nor database is needed: a copy of a release's folder will do.
"""

from __future__ import annotations

import csv
import gzip
import json
import re
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from kinhbac.data_folder import written_aside
from kinhbac.exchange.sdmx.figures_json import write_figures
from kinhbac.exchange.sdmx.figures_schema import name_types, write_figures_schema
from kinhbac.exchange.sdmx.messages import head
from kinhbac.exchange.sdmx.observations import ENVELOPE, SUFFIX
from kinhbac.problems import Refused

if TYPE_CHECKING:
    from pysdmx.model import Schema

Form = Literal["xml", "json"]
Make = Callable[[str, Path], bytes]
"""Of an indicator and its sealed figures, the message."""
ACTION = re.compile(r"(<mes:DataSet [^>]*)\baction=")
TYPES = re.compile(r'(?<=[ ])namespace="[^"]*"')


class NotSealed(Refused):
    """What was asked for is not in the release: the message says what is."""


def write_datasets(
    sealed: Path, folder: Path, indicators: Sequence[str], prepared: date, form: Form = "xml"
) -> list[Path]:
    """Write ``<indicator>.<form>`` and the structures into ``folder``; returns the messages.

    ``sealed`` is what ``write_sdmx`` wrote; no indicators are all. XML comes with the schema of its
    types, ``figures.xsd``. Raises NotSealed, before anything is written, if one of them has no
    figures there.
    """
    files = {path.name.removesuffix(SUFFIX): path for path in sealed.glob(f"data/*{SUFFIX}")}
    if not files:
        raise NotSealed(
            f"{sealed}: there are no figures in SDMX. Rule: a release holds them since kinhbac writes "
            "them. Remedy: ask a newer one, or run kinhbac refresh"
        )
    if unknown := [key for key in indicators if key not in files]:
        raise NotSealed(
            f"no figures of {', '.join(unknown)}. Rule: an indicator is published and has figures. "
            "Remedy: see the catalogue of the release"
        )
    folder.mkdir(parents=True, exist_ok=True)
    for path in sorted(sealed.glob("structure*")):
        _write(folder / path.name, path.read_bytes())
    make = (
        _prepare_xml(sealed, folder, prepared) if form == "xml" else _prepare_json(sealed, prepared)
    )
    asked = {folder / f"{key}.{form}": files[key] for key in indicators or sorted(files)}
    for message, figures in asked.items():
        _write(message, make(message.stem, figures))
    return [*asked]


def _write(path: Path, content: bytes) -> None:
    with written_aside(path) as aside:
        aside.write_bytes(content)


def _prepare_json(sealed: Path, prepared: date) -> Make:
    structure = json.loads((sealed / "structure.json").read_text(encoding="utf-8"))

    def make(indicator: str, figures: Path) -> bytes:
        with gzip.open(figures, "rt", encoding="utf-8", newline="") as lines:
            return write_figures(structure, [*csv.DictReader(lines)], _name(indicator), prepared)

    return make


def _prepare_xml(sealed: Path, folder: Path, prepared: date) -> Make:
    schema = _schema_of(sealed / "structure.xml")
    _write(folder / "figures.xsd", write_figures_schema(schema))

    def make(indicator: str, figures: Path) -> bytes:
        return _make_xml(schema, figures, _name(indicator), prepared)

    return make


def _name(indicator: str) -> str:
    return f"FIGURES_{indicator}"


def _schema_of(structure: Path) -> Schema:
    """What the figures are made of, under the name of their dataflow."""
    from msgspec.structs import replace
    from pysdmx.io import read_sdmx

    message = read_sdmx(structure)
    [definition], [flow] = message.get_data_structure_definitions(), message.get_dataflows()
    return replace(definition.to_schema(), context="dataflow", id=flow.id, version=flow.version)


def _make_xml(schema: Schema, figures: Path, message: str, prepared: date) -> bytes:
    import pandas as pd
    from pysdmx.io.pd import PandasDataset
    from pysdmx.io.xml.sdmx30.writer.structure_specific import write

    # As texts: whoever guesses types here loses last digits.
    rows = pd.read_csv(figures, dtype=str, keep_default_na=False).drop(columns=[*ENVELOPE])
    text = write(
        [PandasDataset(structure=schema, data=rows)],
        header=head(message, schema.agency, prepared),
        dimension_at_observation="TIME_PERIOD",
    )
    # What the library leaves undone of the standard: the namespace that ``action`` belongs to, and
    # the whole name of the namespace of the types.
    text = ACTION.sub(r"\1ss:action=", text or "", count=1)
    return TYPES.sub(f'namespace="{name_types(schema)}"', text, count=1).encode()
