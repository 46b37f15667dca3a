"""Figures in SDMX-ML 3.0, made of the sealed SDMX-CSV when somebody asks for them.

Here: one structure-specific message an indicator, with the structures beside it. Not here: the
sealed files (``messages``, ``observations``). Neither registry nor database is needed: a copy of
a release's folder will do.
"""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from kinhbac.data_folder import written_aside
from kinhbac.exchange.sdmx.messages import head
from kinhbac.exchange.sdmx.observations import ENVELOPE, SUFFIX
from kinhbac.problems import Refused

if TYPE_CHECKING:
    from pysdmx.model import Schema


class NotSealed(Refused):
    """What was asked for is not in the release: the message says what is."""


def write_datasets(
    sealed: Path, folder: Path, indicators: Sequence[str], prepared: date
) -> list[Path]:
    """Write ``<indicator>.xml`` and the structures into ``folder``; returns the messages.

    ``sealed`` is what ``write_sdmx`` wrote; no indicators are all. Raises NotSealed, before
    anything is written, if one of them has no figures there.
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
        with written_aside(folder / path.name) as aside:
            shutil.copyfile(path, aside)
    schema = _schema_of(sealed / "structure.xml")
    return [
        _write_dataset(schema, files[key], folder / f"{key}.xml", prepared)
        for key in indicators or sorted(files)
    ]


def _schema_of(structure: Path) -> Schema:
    """What the figures are made of, under the name of their dataflow."""
    from msgspec.structs import replace
    from pysdmx.io import read_sdmx

    message = read_sdmx(structure)
    [definition], [flow] = message.get_data_structure_definitions(), message.get_dataflows()
    return replace(definition.to_schema(), context="dataflow", id=flow.id, version=flow.version)


def _write_dataset(schema: Schema, figures: Path, message: Path, prepared: date) -> Path:
    import pandas as pd
    from pysdmx.io.pd import PandasDataset
    from pysdmx.io.xml.sdmx30.writer.structure_specific import write

    # As texts: whoever guesses types here loses last digits.
    rows = pd.read_csv(figures, dtype=str, keep_default_na=False).drop(columns=[*ENVELOPE])
    text = write(
        [PandasDataset(structure=schema, data=rows)],
        header=head(f"FIGURES_{message.stem}", schema.agency, prepared),
        dimension_at_observation="TIME_PERIOD",
    )
    with written_aside(message) as aside:
        aside.write_text(text or "", encoding="utf-8")
    return message
