"""The schema of the figures in SDMX-ML: what SDMX has every data structure derive from its own.

Here: the types that figures in XML name as theirs, as the standard derives them of a definition: keys
are required, coded components have their codes and no others. Not here: the messages (``datasets``).

A message in «structure-specific» XML is valid by the schemas of SDMX and by this one together: those
declare the types of data sets, series and observations as abstract.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING
from xml.etree import ElementTree

from kinhbac.exchange.sdmx.components import DIMENSIONS, MEASURE, OF_OBSERVATION, OF_SERIES

if TYPE_CHECKING:
    from pysdmx.model import Schema

OF_SDMX = "http://www.sdmx.org/resources/sdmxml/schemas/v3_0"
TIME = "TIME_PERIOD"
TYPES = {
    TIME: "common:ObservationalTimePeriodType",
    MEASURE: "xs:double",
    "SIMULATED": "xs:boolean",
}
"""Component → type, where it has no list of codes."""


def name_types(schema: Schema) -> str:
    """The namespace of the types: that of the dataflow, with time at the level of observations."""
    return f"urn:sdmx:org.sdmx.infomodel.datastructure.{schema.short_urn}:ObsLevelDim:{TIME}"


def write_figures_schema(schema: Schema) -> bytes:
    """The XML Schema of all figures of a dataflow, made of its definition."""
    root = ElementTree.Element(
        "xs:schema",
        {
            "xmlns:xs": "http://www.w3.org/2001/XMLSchema",
            "xmlns:common": f"{OF_SDMX}/common",
            "xmlns:data": f"{OF_SDMX}/data/structurespecific",
            "xmlns": name_types(schema),
            "targetNamespace": name_types(schema),
        },
    )
    for part in ("common", "data/structurespecific"):
        ElementTree.SubElement(root, "xs:import", {"namespace": f"{OF_SDMX}/{part}"})
    _describe_codes(root, schema)
    key = [dimension for dimension in DIMENSIONS if dimension != TIME]
    _derive(root, "DataSetType", "Series", ())
    _derive(root, "SeriesType", "Obs", (*key, *OF_SERIES), required=key)
    _derive(root, "ObsType", None, (TIME, MEASURE, *OF_OBSERVATION), required=[TIME])
    ElementTree.indent(root)
    written: bytes = ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)
    return written + b"\n"


def _describe_codes(root: ElementTree.Element, schema: Schema) -> None:
    for component in schema.components:
        if component.id not in TYPES:
            simple = ElementTree.SubElement(root, "xs:simpleType", {"name": component.id})
            allowed = ElementTree.SubElement(simple, "xs:restriction", {"base": "xs:string"})
            for code in component.enumeration or ():
                ElementTree.SubElement(allowed, "xs:enumeration", {"value": code.id})


def _derive(
    root: ElementTree.Element,
    name: str,
    below: str | None,
    attributes: Iterable[str],
    required: Iterable[str] = (),
) -> None:
    """A type of SDMX with these attributes alone, and with elements ``below`` alone."""
    derived = ElementTree.SubElement(root, "xs:complexType", {"name": name})
    content = ElementTree.SubElement(derived, "xs:complexContent")
    own = ElementTree.SubElement(content, "xs:restriction", {"base": f"data:{name}"})
    sequence = ElementTree.SubElement(own, "xs:sequence")
    if below:
        told = {"name": below, "type": f"{below}Type", "form": "unqualified"}
        often = {"minOccurs": "0", "maxOccurs": "unbounded"}
        ElementTree.SubElement(sequence, "xs:element", told | often)
    for attribute in attributes:
        use = "required" if attribute in required else "optional"
        told = {"name": attribute, "type": TYPES.get(attribute, attribute), "use": use}
        ElementTree.SubElement(own, "xs:attribute", told)
