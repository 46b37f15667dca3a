"""SDMX as part of a release: structures, metadata and figures, written once.

Here: the files and their names. Not here: what stands in them (``structures``, ``metadata``,
``observations``).
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import TYPE_CHECKING

from kinhbac.database import read_warehouse
from kinhbac.exchange.sdmx.content import Content, read_content
from kinhbac.exchange.sdmx.names import Names
from kinhbac.exchange.sdmx.observations import write_observations
from kinhbac.registry import Registry

if TYPE_CHECKING:
    from pysdmx.model.message import Header

PLACE = Path("exchange") / "sdmx"
"""Inside a release."""
MEASURED = re.compile(r"\s*<str:MeasureRelationship>.*?</str:MeasureRelationship>", re.DOTALL)
"""Which measure an attribute belongs to: there is one, and not every reader knows the element."""


def write_sdmx(registry: Registry, warehouse: Path, folder: Path) -> None:
    """Write the release whose database ``warehouse`` is into ``folder``, which is made.

    ``structure.xml`` and ``structure-metadata.xml`` (SDMX-ML 3.0), ``structure-2.1.xml`` (2.1),
    ``structure.json`` (SDMX-JSON 2.0), ``metadata.xml`` and ``metadata.json`` (a report an
    indicator), ``data/<indicator>.csv.gz`` (SDMX-CSV 2.0). The same registry and tables give the
    same bytes.
    """
    folder.mkdir(parents=True)
    with read_warehouse(warehouse) as connection:
        content = read_content(connection)
        dataflow = _write_structures(registry, content, folder)
        _write_metadata(content, folder)
        write_observations(connection, dataflow, folder / "data")


def head(message: str, sender: str, day: date) -> Header:
    """The head of a message that was prepared on ``day``."""
    from pysdmx.model import Organisation
    from pysdmx.model.message import Header

    prepared = datetime.combine(day, time(), UTC)
    return Header(id=message, prepared=prepared, sender=Organisation(id=sender))


def _write_structures(registry: Registry, content: Content, folder: Path) -> str:
    """Write the structures; returns the dataflow as SDMX-CSV names it."""
    from pysdmx.io.json.sdmxjson2.writer.v2_0.structure import write as write_json
    from pysdmx.io.xml.sdmx21.writer.structure import write as write_21
    from pysdmx.io.xml.sdmx30.writer.structure import write as write_30

    from kinhbac.exchange.sdmx.structures import describe_structures

    names = Names()
    structures = describe_structures(registry, content, names)
    header = head("STRUCTURES", content.maintainer, content.signed)
    figures, metadata = structures.figures, structures.metadata
    for name, text in {
        "structure.xml": MEASURED.sub("", write_30(figures, header=header) or ""),
        "structure-2.1.xml": write_21(figures, header=header) or "",
        "structure-metadata.xml": write_30(metadata, header=header) or "",
    }.items():
        (folder / name).write_bytes(names.in_xml(text))
    text = write_json([*figures, *metadata], header=header) or ""
    (folder / "structure.json").write_bytes(names.in_json(text))
    return structures.dataflow.short_urn.partition("=")[2]


def _write_metadata(content: Content, folder: Path) -> None:
    from pysdmx.io.json.sdmxjson2.writer.v2_0.metadata import write as write_json
    from pysdmx.io.xml.sdmx30.writer.metadata import write as write_30

    from kinhbac.exchange.sdmx.metadata import describe_indicators

    names = Names()
    reports = describe_indicators(content, names)
    header = head("METADATA", content.maintainer, content.signed)
    (folder / "metadata.xml").write_bytes(names.in_xml(write_30(reports, header=header) or ""))
    (folder / "metadata.json").write_bytes(names.in_json(write_json(reports, header=header) or ""))
