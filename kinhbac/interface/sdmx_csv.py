"""Figures as SDMX-CSV 2.0, in the words of the sealed files.

Here: rows of an answer as observations. Not here: which code a state or a unit has and the order of
columns (``exchange.sdmx``), whose sealed files say the same of whole indicators; a test compares
them. A cell that is not due yet is no observation.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from typing import Any

from kinhbac.exchange.sdmx.components import WHOLE
from kinhbac.exchange.sdmx.mapping import read_mapping
from kinhbac.exchange.sdmx.observations import COLUMNS
from kinhbac.interface.opened import Answer
from kinhbac.interface.questions import Labels


def write_sdmx_csv(answer: Answer, dataflow: str, indicators: Labels) -> bytes:
    """``dataflow`` is what the lines name as their structure: ``agency:id(version)``."""
    lines = io.StringIO()
    writer = csv.writer(lines, lineterminator="\n")
    writer.writerow(COLUMNS)
    writer.writerows(_observations(answer, dataflow, indicators))
    return lines.getvalue().encode()


def code_of_breakdown(cell: dict[str, Any]) -> str:
    """``sex-male``, or the code of a figure that is not broken down."""
    return f"{cell['breakdown']}-{cell['category']}" if cell["breakdown"] else WHOLE


def _observations(answer: Answer, dataflow: str, indicators: Labels) -> Iterator[list[Any]]:
    mapping = read_mapping()
    for cell in answer.records():
        indicator = indicators[cell["indicator"]]
        told = mapping.states.get(cell["state"])
        if told is None:
            continue
        settled = mapping.vintages.get(cell["vintage"]) if cell["state"] == "provisional" else None
        half_year = cell["period_kind"] == "half_year"
        yield [
            "dataflow",
            dataflow,
            "I",
            mapping.frequencies[cell["period_kind"]],
            mapping.area(cell["area"]),
            cell["indicator"],
            code_of_breakdown(cell),
            cell["period"].replace("H", "S") if half_year else cell["period"],
            cell["value"] if told.figure else None,
            indicator["unit_measure"],
            indicator["unit_power"],
            indicator["round_to"],
            settled or told.obs_status,
            told.conf_status,
            str(cell["synthetic"]).lower(),
        ]
