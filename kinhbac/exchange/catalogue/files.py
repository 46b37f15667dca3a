"""The catalogue as files: the same bytes for the same release.

Here: Turtle and JSON-LD in a fixed order. Not here: the graph (``graph``).
"""

from __future__ import annotations

import io
import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from pyoxigraph import RdfFormat, serialize

from kinhbac.exchange.catalogue.facts import find_datasets
from kinhbac.exchange.catalogue.graph import draw_catalogue
from kinhbac.exchange.catalogue.nodes import RDF, Nodes
from kinhbac.registry.model import Registry

TURTLE = "catalogue.ttl"
JSON_LD = "catalogue.jsonld"
KEYWORDS = {"@id", "@type"}
PLAIN = "plain"
"""A text without language or datatype."""

Node = dict[str, Any]
"""A node of JSON-LD."""


def write_catalogue(
    registry: Registry,
    warehouse: Path,
    folder: Path,
    *,
    files: Path | None = None,
    site: str = "site/",
) -> None:
    """Write ``catalogue.ttl`` and ``catalogue.jsonld`` into ``folder``.

    ``warehouse`` is the database of a release and lies in its folder. What lies in ``files``, or
    else there, is listed with its size and hash: what is not there yet is not listed. ``site``: the
    path below which pages lie. A registry without ``publication.yml`` has no catalogue, and nothing
    is written.
    """
    if registry.publication is None:
        return
    datasets = find_datasets(registry, warehouse, files or warehouse.parent)
    drawn = draw_catalogue(registry, registry.publication, datasets, site)
    (folder / TURTLE).write_bytes(_turtle(drawn))
    (folder / JSON_LD).write_text(_json_ld(drawn), encoding="utf-8")


def _serialize(drawn: Nodes, form: RdfFormat) -> bytes:
    """All that is said of a node stands together, and always in the same order."""
    text = io.BytesIO()
    in_order = sorted(drawn.statements, key=str)
    serialize(in_order, text, form, prefixes=drawn.prefixes)
    return text.getvalue()


def _turtle(drawn: Nodes) -> bytes:
    # The prefixes come first, in an order that differs from process to process.
    lines = _serialize(drawn, RdfFormat.TURTLE).splitlines(keepends=True)
    count = len(drawn.prefixes)
    return b"".join([*sorted(lines[:count]), *lines[count:]])


def _json_ld(drawn: Nodes) -> str:
    text = _serialize(drawn, RdfFormat.JSON_LD)
    short = {address: f"{prefix}:" for prefix, address in sorted(drawn.prefixes.items())}
    found = [_shorten_node(node, short) for node in json.loads(text)]
    terms = _define_terms(found)
    nodes = ",\n".join(_in_one_line(_compact(node, terms)) for node in found)
    context = _in_one_line(drawn.prefixes | terms)
    return f'{{"@context":{context},"@graph":[\n{nodes}\n]}}\n'


def _in_one_line(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def _shorten_node(node: Mapping[str, Any], short: Mapping[str, str]) -> Node:
    """A node of expanded JSON-LD with prefixes."""
    said: Node = {}
    for predicate, values in node.items():
        if predicate == "@id":
            said[predicate] = _shorten(values, short)
        elif predicate == RDF.type.value:
            said["@type"] = _only([_shorten(value["@id"], short) for value in values])
        else:
            said[_shorten(predicate, short)] = [_shorten_value(value, short) for value in values]
    return said


def _shorten_value(value: Mapping[str, str], short: Mapping[str, str]) -> dict[str, str]:
    names = {"@id", "@type"}
    return {k: _shorten(v, short) if k in names else v for k, v in value.items()}


def _define_terms(nodes: Iterable[Node]) -> dict[str, dict[str, str]]:
    """What all values of a predicate are, said once in the context instead of with each of them."""
    kinds: dict[str, set[str]] = {}
    for node in nodes:
        for predicate in node.keys() - KEYWORDS:
            kinds.setdefault(predicate, set()).update(map(_kind_of, node[predicate]))
    only = {predicate: next(iter(found)) for predicate, found in kinds.items() if len(found) == 1}
    return {
        predicate: {"@container" if kind == "@language" else "@type": kind}
        for predicate, kind in only.items()
        if kind != PLAIN
    }


def _kind_of(value: Mapping[str, str]) -> str:
    """How a context says it: another node, words in a language, or a datatype."""
    named = next((key for key in ("@id", "@language") if key in value), None)
    return named or value.get("@type", PLAIN)


def _compact(node: Node, terms: Mapping[str, Mapping[str, str]]) -> Node:
    """A node without what the ``terms`` say, and without lists of one."""
    return {
        key: values if key in KEYWORDS else _compact_values(values, terms.get(key, {}))
        for key, values in node.items()
    }


def _compact_values(values: list[dict[str, str]], term: Mapping[str, str]) -> Any:
    if "@container" in term:
        spoken = {value["@language"] for value in values}
        return {
            language: _only([v["@value"] for v in values if v["@language"] == language])
            for language in spoken
        }
    if "@type" in term:
        said = "@id" if term["@type"] == "@id" else "@value"
        return _only([value[said] for value in values])
    return _only(values)


def _shorten(address: str, short: Mapping[str, str]) -> str:
    cut = max(address.rfind("#"), address.rfind("/")) + 1
    known, name = short.get(address[:cut]), address[cut:]
    return f"{known}{name}" if known and name else address


def _only(values: list[Any]) -> Any:
    return values[0] if len(values) == 1 else values
