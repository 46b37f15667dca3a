"""The catalogue as files: the same bytes for the same release.

Here: Turtle and JSON-LD in a fixed order. Not here: the graph (``graph``).
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kinhbac.exchange.catalogue.facts import find_datasets
from kinhbac.registry.model import Registry

if TYPE_CHECKING:
    from rdflib import Graph

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
    from kinhbac.exchange.catalogue.graph import draw_catalogue

    datasets = find_datasets(registry, warehouse, files or warehouse.parent)
    graph = draw_catalogue(registry, registry.publication, datasets, site)
    graph.serialize(folder / TURTLE, format="turtle", encoding="utf-8")
    (folder / JSON_LD).write_text(_json_ld(graph), encoding="utf-8")


def _json_ld(graph: Graph) -> str:
    context = {prefix: str(namespace) for prefix, namespace in sorted(graph.namespaces())}
    text = graph.serialize(format="json-ld", context=context)
    said = _ordered(json.loads(text))
    nodes = ",\n".join(map(_in_one_line, said["@graph"]))
    return f'{{"@context": {_in_one_line(said["@context"])}, "@graph": [\n{nodes}\n]}}\n'


def _in_one_line(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True)


def _ordered(value: Any) -> Any:
    """Lists of JSON-LD are sets: what is sorted says the same, and always in the same order."""
    if isinstance(value, dict):
        return {name: _ordered(one) for name, one in value.items()}
    if isinstance(value, list):
        return sorted(map(_ordered, value), key=_place)
    return value


def _place(value: Any) -> str:
    if isinstance(value, dict) and "@id" in value:
        return str(value["@id"])
    return json.dumps(value, sort_keys=True)
