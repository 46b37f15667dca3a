"""Messages as XML and JSON, written and read by the names of the mapping.

Here: rows to bytes and back, without loss: what is absent is left out, a figure is written to its
last digit. Not here: which rows there are (``contents``), the schemas (``schemas``).
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any
from xml.etree import ElementTree

from defusedxml import DTDForbidden
from defusedxml.ElementTree import fromstring

from kinhbac.exchange.report_package.mapping import Field, Mapping, Message
from kinhbac.problems import ProblemFound

Row = dict[str, Any]
Tree = dict[str, Any]
"""A row by the branches of its paths: name → a leaf, a list of leaves, or such a tree."""
RULE = "a message is written as the schemas beside it say"
REMEDY = "take the package anew from whoever sent it"


def write_json(mapping: Mapping, message: Message, header: Row, rows: Sequence[Row]) -> bytes:
    """One message as JSON, a line a row."""
    head = _written_json(_tree(mapping.header, header | {"message": message.name}))
    lines = ",\n".join(_written_json(_tree(message.fields, row)) for row in rows)
    return (
        f'{{"{mapping.header_name}": {head},\n"{mapping.content_name}": [\n{lines}\n]}}\n'
    ).encode()


def write_xml(mapping: Mapping, message: Message, header: Row, rows: Sequence[Row]) -> bytes:
    """One message as XML, in the namespace of the mapping."""
    root = ElementTree.Element(message.name, {"xmlns": mapping.namespace})
    head = _tree(mapping.header, header | {"message": message.name})
    _append(ElementTree.SubElement(root, mapping.header_name), head)
    for row in rows:
        _append(ElementTree.SubElement(root, mapping.content_name), _tree(message.fields, row))
    ElementTree.indent(root, "")
    written: bytes = ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)
    return written + b"\n"


def read_json(mapping: Mapping, message: Message, content: bytes) -> tuple[Row, list[Row]]:
    """Header and rows of a message. Raises ProblemFound when it is none."""
    try:
        said = json.loads(content.decode())
        header = _row(mapping.header, said[mapping.header_name])
        rows = [_row(message.fields, tree) for tree in said[mapping.content_name]]
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise ProblemFound(f"it is no {message.name} ({error!r})", RULE, REMEDY) from None
    return header, rows


def read_xml(mapping: Mapping, message: Message, content: bytes) -> tuple[Row, list[Row]]:
    """Header and rows of a message. Raises ProblemFound when it is none."""
    try:
        root = fromstring(content.decode(), forbid_dtd=True)
        head, *items = list(root)
        due = [message.name, mapping.header_name, *[mapping.content_name] * len(items)]
        for element, name in zip([root, head, *items], due, strict=True):
            if element.tag != f"{{{mapping.namespace}}}{name}":
                raise ValueError(f"{element.tag} stands where {name} is due")
        lists = _lists(message.fields)
        header = _row(mapping.header, _read_tree(head, {}))
        rows = [_row(message.fields, _read_tree(item, lists)) for item in items]
    except DTDForbidden:
        raise ProblemFound("it declares a document type", RULE, REMEDY) from None
    except (ValueError, KeyError, TypeError, AttributeError, ElementTree.ParseError) as error:
        raise ProblemFound(f"it is no {message.name} ({error!r})", RULE, REMEDY) from None
    return header, rows


def _tree(fields: Sequence[Field], row: Row) -> Tree:
    tree: Tree = {}
    for own in fields:
        if row.get(own.column) is None:
            continue
        branch = tree
        for name in own.path[:-1]:
            branch = branch.setdefault(name, {})
        branch[own.path[-1]] = _coded(own, row[own.column])
    return tree


def _coded(own: Field, value: Any) -> Any:
    match own.kind:
        case "text":
            return own.codes.get(str(value), str(value))
        case "texts":
            return [own.codes.get(text, text) for text in value]
        case "date":
            return value.isoformat()
        case "number":
            return float(value)
    return value


def _row(fields: Sequence[Field], tree: Tree) -> Row:
    """The row that a tree tells; raises ValueError for a name that no field has."""
    known = {own.path for own in fields}
    if unknown := [".".join(path) for path in _leaves(tree) if path not in known]:
        raise ValueError(f"no field is called {', '.join(unknown)}")
    return {own.column: _decoded(own, _leaf(tree, own.path)) for own in fields}


def _leaf(tree: Tree, path: tuple[str, ...]) -> Any:
    found: Any = tree
    for name in path:
        found = found.get(name) if isinstance(found, dict) else None
    return found


def _leaves(tree: Tree, above: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    for name, below in tree.items():
        if isinstance(below, dict):
            yield from _leaves(below, (*above, name))
        else:
            yield (*above, name)


def _decoded(own: Field, said: Any) -> Any:
    """A leaf as the table has it; leaves of XML are texts."""
    if said is None:
        return None
    words = {code: word for word, code in own.codes.items()}
    match own.kind:
        case "text":
            return words.get(said, said)
        case "texts":
            return [words.get(text, text) for text in said]
        case "number":
            return float(said)
        case "integer":
            return int(said)
        case "date":
            return date.fromisoformat(said)
        case "boolean":
            return {"true": True, "false": False, True: True, False: False}[said]


def _lists(fields: Sequence[Field]) -> Tree:
    """The places where a leaf may stand several times."""
    return _tree(
        [own for own in fields if own.kind == "texts"],
        {own.column: [] for own in fields if own.kind == "texts"},
    )


def _written_json(tree: Tree) -> str:
    return json.dumps(tree, ensure_ascii=False, allow_nan=False)


def _append(parent: ElementTree.Element, tree: Tree) -> None:
    for name, below in tree.items():
        for one in below if isinstance(below, list) else [below]:
            element = ElementTree.SubElement(parent, name)
            if isinstance(one, dict):
                _append(element, one)
            elif isinstance(one, bool):
                element.text = "true" if one else "false"
            else:
                element.text = str(one)


def _read_tree(element: ElementTree.Element, lists: Tree) -> Tree:
    tree: Tree = {}
    for child in element:
        name = child.tag.rpartition("}")[2]
        below = lists.get(name, {})
        if isinstance(below, list):
            tree.setdefault(name, []).append(child.text or "")
        elif name in tree:
            raise ValueError(f"{name} stands twice")
        else:
            tree[name] = _read_tree(child, below) if len(child) else child.text or ""
    return tree
