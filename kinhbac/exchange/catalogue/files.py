"""The catalogue as files: the same bytes for the same release.

Here: Turtle and JSON-LD in a fixed order. Not here: the graph (``graph``).
"""

from __future__ import annotations

import io
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pyoxigraph import RdfFormat, serialize

from kinhbac.exchange.catalogue.facts import find_datasets
from kinhbac.exchange.catalogue.graph import draw_catalogue
from kinhbac.exchange.catalogue.nodes import RDF, Nodes
from kinhbac.registry.model import Registry

TURTLE = "catalogue.ttl"
JSON_LD = "catalogue.jsonld"


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
    nodes = ",\n".join(_in_one_line(_compact(node, short)) for node in json.loads(text))
    context = _in_one_line(drawn.prefixes)
    return f'{{"@context": {context}, "@graph": [\n{nodes}\n]}}\n'


def _in_one_line(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True)


def _compact(node: Mapping[str, Any], short: Mapping[str, str]) -> dict[str, Any]:
    """A node of expanded JSON-LD with prefixes, and without lists of one."""
    said = {}
    for predicate, values in node.items():
        if predicate == "@id":
            said[predicate] = _shorten(values, short)
        elif predicate == RDF.type.value:
            said["@type"] = _only([_shorten(value["@id"], short) for value in values])
        else:
            said[_shorten(predicate, short)] = _only([_compact_value(v, short) for v in values])
    return said


def _compact_value(value: Mapping[str, str], short: Mapping[str, str]) -> dict[str, str]:
    names = {"@id", "@type"}
    return {k: _shorten(v, short) if k in names else v for k, v in value.items()}


def _shorten(address: str, short: Mapping[str, str]) -> str:
    cut = max(address.rfind("#"), address.rfind("/")) + 1
    known, name = short.get(address[:cut]), address[cut:]
    return f"{known}{name}" if known and name else address


def _only(values: list[Any]) -> Any:
    return values[0] if len(values) == 1 else values
