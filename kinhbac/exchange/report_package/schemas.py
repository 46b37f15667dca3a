"""The schemas of a package, made of the mapping: XML Schema and JSON Schema of each message.

Here: what a receiver validates with. Not here: the names (``mapping``), the messages themselves.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any
from xml.etree import ElementTree

from kinhbac.exchange.report_package.mapping import Field, Mapping, Message

XSD = "http://www.w3.org/2001/XMLSchema"
XML_TYPES = {
    "text": "string", "texts": "string", "number": "double", "integer": "integer",
    "boolean": "boolean", "date": "date",
}  # fmt: skip
JSON_TYPES: dict[str, dict[str, Any]] = {
    "text": {"type": "string"},
    "texts": {"type": "array", "items": {"type": "string"}},
    "number": {"type": "number"},
    "integer": {"type": "integer"},
    "boolean": {"type": "boolean"},
    "date": {"type": "string", "format": "date"},
}
Branches = dict[str, "Field | Branches"]


def xml_schema(mapping: Mapping, message: Message) -> bytes:
    """The XML Schema of one message."""
    root = ElementTree.Element(
        "xs:schema",
        {
            "xmlns:xs": XSD,
            "xmlns": mapping.namespace,
            "targetNamespace": mapping.namespace,
            "elementFormDefault": "qualified",
            "version": mapping.edition,
        },
    )
    body = _sequence(ElementTree.SubElement(root, "xs:element", {"name": message.name}))
    header = ElementTree.SubElement(body, "xs:element", {"name": mapping.header_name})
    _describe_xml(_sequence(header), _branches(mapping.header))
    content = {"name": mapping.content_name, "minOccurs": "0", "maxOccurs": "unbounded"}
    item = ElementTree.SubElement(body, "xs:element", content)
    _describe_xml(_sequence(item), _branches(message.fields))
    ElementTree.indent(root)
    written: bytes = ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)
    return written + b"\n"


def json_schema(mapping: Mapping, message: Message) -> bytes:
    """The JSON Schema of one message."""
    said = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": f"{mapping.namespace}:{message.name}",
        "title": message.name,
    } | _closed(
        {
            mapping.header_name: _describe_json(_branches(mapping.header)),
            mapping.content_name: {
                "type": "array",
                "items": _describe_json(_branches(message.fields)),
            },
        },
        [mapping.header_name, mapping.content_name],
    )
    return (json.dumps(said, ensure_ascii=False, indent=1) + "\n").encode()


def _branches(fields: Sequence[Field]) -> Branches:
    tree: Branches = {}
    for own in fields:
        branch = tree
        for name in own.path[:-1]:
            below = branch.setdefault(name, {})
            assert isinstance(below, dict)
            branch = below
        branch[own.path[-1]] = own
    return tree


def _is_required(below: Field | Branches) -> bool:
    if isinstance(below, Field):
        return below.required
    return any(_is_required(one) for one in below.values())


def _sequence(element: ElementTree.Element) -> ElementTree.Element:
    return ElementTree.SubElement(ElementTree.SubElement(element, "xs:complexType"), "xs:sequence")


def _describe_xml(sequence: ElementTree.Element, branches: Branches) -> None:
    for name, below in branches.items():
        element = ElementTree.SubElement(sequence, "xs:element", {"name": name})
        if not _is_required(below):
            element.set("minOccurs", "0")
        if not isinstance(below, Field):
            _describe_xml(_sequence(element), below)
            continue
        if below.kind == "texts":
            element.set("maxOccurs", "unbounded")
        if below.codes:
            simple = ElementTree.SubElement(element, "xs:simpleType")
            base = {"base": f"xs:{XML_TYPES[below.kind]}"}
            allowed = ElementTree.SubElement(simple, "xs:restriction", base)
            for code in below.codes.values():
                ElementTree.SubElement(allowed, "xs:enumeration", {"value": code})
        else:
            element.set("type", f"xs:{XML_TYPES[below.kind]}")


def _describe_json(below: Field | Branches) -> dict[str, Any]:
    if isinstance(below, Field):
        own = JSON_TYPES[below.kind]
        return own | {"enum": list(below.codes.values())} if below.codes else own
    required = [name for name, one in below.items() if _is_required(one)]
    return _closed({name: _describe_json(one) for name, one in below.items()}, required)


def _closed(properties: dict[str, Any], required: list[str]) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": properties,
        "required": required,
        "additionalProperties": False,
    }
