"""The metadata set: what the registry and the release say of each published indicator.

Here: a report an indicator, as the library models it. Not here: which attributes there are and
their lists (``structures``), writing (``messages``).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from pysdmx.model import MetadataAttribute, MetadataReport

from kinhbac.exchange.sdmx.components import SAID, urn_of_code, urn_of_metadataflow
from kinhbac.exchange.sdmx.content import Content, Row
from kinhbac.exchange.sdmx.mapping import read_mapping
from kinhbac.exchange.sdmx.names import Names
from kinhbac.registry.declared.entries import Name


def describe_indicators(content: Content, names: Names) -> list[MetadataReport]:
    """A report an indicator; what is not said of one is not in it."""
    return [
        MetadataReport(
            id=row["indicator"],
            name=names.mark(Name(vi=row["name_vi"], en=row["name_en"])),
            agency=content.maintainer,
            version=read_mapping().versions["metadata_sets"],
            metadataflow=urn_of_metadataflow(content),
            targets=(urn_of_code(content, "INDICATOR", row["indicator"]),),
            attributes=tuple(_attributes(row, names)),
        )
        for row in content.indicators
    ]


def _attributes(row: Row, names: Names) -> Iterator[MetadataAttribute]:
    mapping = read_mapping()
    said: dict[str, Any] = {
        "INDICATOR_GROUP": row["indicator_group"],
        "SECTOR": row["sector"],
        "PURPOSE": row["purpose"] and names.mark(row["purpose"]),
        "FORMULA": row["formula"] and names.mark(row["formula"]),
        "UNIT_MEASURE": row["unit_measure"],
        "UNIT_MULT": str(row["unit_power"]),
        "DECIMALS": None if row["round_to"] is None else str(row["round_to"]),
        "FREQ": mapping.frequencies[row["frequency"]],
        "DIRECTION": row["direction"],
        "OWNER": row["owner"],
        "DATA_SOURCE": tuple(row["sources"] or ()) or None,
        "LEGAL_BASIS": row["decision"] and names.mark(row["decision"]),
        "VALID_FROM": row["valid_from"] and row["valid_from"].isoformat(),
        "VALID_TO": row["valid_to"] and row["valid_to"].isoformat(),
        "SIMULATED": str(row["synthetic"]).lower(),
    }
    for key in SAID:
        if said[key]:
            yield MetadataAttribute(id=key, value=said[key])
