"""SDMX as part of a release: structures, metadata and figures, written once.

Here: the files and their names. Not here: what stands in them (``structures``, ``metadata``,
``observations``).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, time
from functools import cache, partial
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb

from kinhbac.data_folder import hash_code
from kinhbac.database import read_warehouse
from kinhbac.exchange.sdmx.components import name_of_dataflow
from kinhbac.exchange.sdmx.content import Content, read_content
from kinhbac.exchange.sdmx.names import Names
from kinhbac.exchange.sdmx.observations import write_observations
from kinhbac.exchange.sdmx.quality import Measured, describe_quality, read_measured
from kinhbac.registry import Registry
from kinhbac.taken_over import Former, NewFolder, fingerprint
from kinhbac.words.catalogue import CATALOGUE

if TYPE_CHECKING:
    from pysdmx.model import MetadataReport
    from pysdmx.model.message import Header

PLACE = Path("exchange") / "sdmx"
"""Inside a release."""
MESSAGES = (
    "structure.xml",
    "structure-2.1.xml",
    "structure-metadata.xml",
    "structure.json",
    "metadata.xml",
    "metadata.json",
)
QUALITY_MESSAGES = ("quality.xml", "quality.json")
HERE = Path(__file__).parent
MEASURED = re.compile(r"\s*<str:MeasureRelationship>.*?</str:MeasureRelationship>", re.DOTALL)
"""Which measure an attribute belongs to: there is one, and not every reader knows the element."""


def write_sdmx(
    registry: Registry, warehouse: Path, folder: Path, former: Former | None = None
) -> Mapping[str, str]:
    """Write the release whose database ``warehouse`` is into ``folder``, which is made.

    ``structure.xml`` and ``structure-metadata.xml`` (SDMX-ML 3.0), ``structure-2.1.xml`` (2.1),
    ``structure.json`` (SDMX-JSON 2.0), ``metadata.xml`` and ``metadata.json`` (a report an
    indicator), ``quality.xml`` and ``quality.json`` (one a source), ``data/<indicator>.csv.gz`` (SDMX-CSV 2.0). The same registry and tables give the
    same bytes. Returns of what each file is made, by its path: what is made of the same as in
    ``former``, that of the release before, is taken over from there.

    A release without a province of its own on its day has nobody who maintains structures: nothing
    is written then.
    """
    with read_warehouse(warehouse) as connection:
        content = read_content(connection)
        if content is None:
            return {}
        new = NewFolder(folder, former)
        of_code = f"{hash_code(HERE, CATALOGUE)} {duckdb.__version__} {registry.fingerprint}"
        state = fingerprint(f"{of_code} {content}")
        made = cache(partial(_make_messages, registry, content))
        written_by = fingerprint(f"{state} {version('pysdmx')}")
        for name in MESSAGES:
            new.write(name, written_by, partial(_one_of, made, name))
        if measured := read_measured(connection):
            told = cache(partial(_make_quality, content, measured))
            said = f"{of_code} {content.maintainer} {content.signed} {measured}"
            told_by = fingerprint(f"{said} {version('pysdmx')}")
            for name in QUALITY_MESSAGES:
                new.write(name, told_by, partial(_one_of, told, name))
        dataflow = name_of_dataflow(content)
        write_observations(connection, dataflow, new, state)
    return new.origins


def head(message: str, sender: str, day: date) -> Header:
    """The head of a message that was prepared on ``day``."""
    from pysdmx.model import Organisation
    from pysdmx.model.message import Header

    prepared = datetime.combine(day, time(), UTC)
    return Header(id=message, prepared=prepared, sender=Organisation(id=sender))


def _make_messages(registry: Registry, content: Content) -> dict[str, bytes]:
    """Every message by the name of its file."""
    return _make_structures(registry, content) | _make_metadata(registry, content)


def _one_of(made: Callable[[], dict[str, bytes]], name: str) -> bytes:
    return made()[name]


def _make_structures(registry: Registry, content: Content) -> dict[str, bytes]:
    from pysdmx.io.json.sdmxjson2.writer.v2_0.structure import write as write_json
    from pysdmx.io.xml.sdmx21.writer.structure import write as write_21
    from pysdmx.io.xml.sdmx30.writer.structure import write as write_30

    from kinhbac.exchange.sdmx.structures import describe_structures

    names = Names()
    structures = describe_structures(registry, content, names)
    header = head("STRUCTURES", content.maintainer, content.signed)
    figures, metadata = structures.figures, structures.metadata
    text = write_json([*figures, *metadata], header=header) or ""
    return {
        "structure.xml": names.in_xml(MEASURED.sub("", write_30(figures, header=header) or "")),
        "structure-2.1.xml": names.in_xml(write_21(figures, header=header) or ""),
        "structure-metadata.xml": names.in_xml(write_30(metadata, header=header) or ""),
        "structure.json": names.in_json(text),
    }


def _make_metadata(registry: Registry, content: Content) -> dict[str, bytes]:
    from kinhbac.exchange.sdmx.metadata import describe_indicators

    names = Names()
    return _as_messages("metadata", content, describe_indicators(content, names), names)


def _make_quality(content: Content, measured: Measured) -> dict[str, bytes]:
    names = Names()
    return _as_messages("quality", content, describe_quality(content, measured, names), names)


def _as_messages(
    name: str, content: Content, reports: list[MetadataReport], names: Names
) -> dict[str, bytes]:
    from pysdmx.io.json.sdmxjson2.writer.v2_0.metadata import write as write_json
    from pysdmx.io.xml.sdmx30.writer.metadata import write as write_30

    header = head(name.upper(), content.maintainer, content.signed)
    return {
        f"{name}.xml": names.in_xml(write_30(reports, header=header) or ""),
        f"{name}.json": names.in_json(write_json(reports, header=header) or ""),
    }
