"""Models from YAML documents, and what is wrong with them, each mistake once.

Here: pydantic's findings as problems with file and line. An entry that does not validate can be
left out: what it is called stays known (``YamlDocument.names``), so that one mistake is not told
again wherever its entry is named. Not here: YAML (``yaml_document``), the models.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from pydantic import TypeAdapter, ValidationError
from pydantic_core import ErrorDetails

from kinhbac.problems import Problem
from kinhbac.yaml_document import Loc, YamlDocument

REMEDIES = {
    "extra_forbidden": "remove it, or correct its spelling",
    "missing": "write it",
    "literal_error": "choose one of the listed values",
    "enum": "choose one of the listed values",
}


def validate(
    adapter: TypeAdapter[Any],
    document: YamlDocument,
    problems: list[Problem],
    rule: str,
) -> Any:
    """The model that ``document`` holds, or None; what is wrong is added to ``problems``."""
    model, wrong = _try(adapter, document, problems, rule)
    if wrong:
        document.left_out = {()}
    return model


def validate_entries(
    adapter: TypeAdapter[Any],
    document: YamlDocument,
    problems: list[Problem],
    rule: str,
) -> Any:
    """As ``validate``, but without the entries that are wrong where the rest holds by itself."""
    model, wrong = _try(adapter, document, problems, rule)
    if not wrong:
        return model
    schema = adapter.json_schema(by_alias=True)
    document.left_out = {_entry(schema, loc) for loc in wrong}
    if () not in document.left_out:
        try:
            return adapter.validate_python(_without(document.data, document.left_out))
        except ValidationError:  # the rest does not stand alone: that follows from what was told
            document.left_out.add(())
    return None


def _try(
    adapter: TypeAdapter[Any], document: YamlDocument, problems: list[Problem], rule: str
) -> tuple[Any, list[Loc]]:
    """The model, or None; the places that are wrong, each of which has been told."""
    if document.data is None:
        return None, []
    try:
        return adapter.validate_python(document.data), []
    except ValidationError as error:
        mistakes = list(_mistakes(error, document, rule))
    problems += (problem for _, problem in mistakes)
    return None, [loc for loc, _ in mistakes]


def _mistakes(
    error: ValidationError, document: YamlDocument, rule: str
) -> Iterator[tuple[Loc, Problem]]:
    """Each mistake once, at its place in the file.

    Where one of several shapes would do, each says what it misses: they are one mistake. A list
    counts sound entries alone: that it is too short follows from those that are not. As many
    strange keys as lacking ones in one place are keys under a wrong name.
    """
    told: dict[tuple[Loc, str], list[ErrorDetails]] = {}
    for detail in error.errors():
        loc, tried = _place(detail, document)
        if "[key]" in detail["loc"]:
            document.misnamed.add(loc[:-1])
        told.setdefault((loc, "" if tried else str(detail)), []).append(detail)
    places = {loc for loc, _ in told}
    meant = _find_meant([(loc, details[0]["type"]) for (loc, _), details in told.items()])
    for (loc, _), details in told.items():
        first = details[0]
        if loc in meant.values():
            continue
        if lacking := meant.get(loc):
            found = f"«{loc[-1]}» is no key here, and «{lacking[-1]}» is not there"
            remedy = f"write «{lacking[-1]}», if that is meant"
            yield loc, document.problem(loc, found, rule, remedy)
            continue
        follows = _place(first, document)[1] or first["type"] == "too_short"
        if follows and any(len(place) > len(loc) and place[: len(loc)] == loc for place in places):
            continue
        said = (detail["msg"].removeprefix("Value error, ") for detail in details)
        remedy = REMEDIES.get(first["type"], "correct the value")
        yield loc, document.problem(loc, ", or: ".join(dict.fromkeys(said)), rule, remedy)


def _find_meant(mistakes: list[tuple[Loc, str]]) -> dict[Loc, Loc]:
    """Strange keys → the keys that are lacking where they stand."""
    of_type: dict[str, dict[Loc, list[Loc]]] = {"extra_forbidden": {}, "missing": {}}
    for loc, kind in mistakes:
        if kind in of_type:
            of_type[kind].setdefault(loc[:-1], []).append(loc)
    strange, lacking = of_type["extra_forbidden"], of_type["missing"]
    return {
        extra: missing
        for parent, extras in strange.items()
        if len(extras) == len(lacking.get(parent, ()))
        for extra, missing in zip(extras, lacking[parent], strict=True)
    }


def _place(detail: ErrorDetails, document: YamlDocument) -> tuple[Loc, bool]:
    """Where in the file a mistake is, and whether that is one of several shapes tried there.

    The names of shapes stand between the keys; they lead to no line.
    """
    place: Loc = ()
    keys = [part for part in detail["loc"] if part != "[key]"]
    for part in keys:
        place = (*place, part) if (*place, part) in document.lines else place
    if detail["type"] == "missing":
        place = (*place, keys[-1])
    return place, len(place) < len(keys)


def _entry(schema: dict[str, Any], loc: Loc) -> Loc:
    """The named entry in which ``loc`` lies: what can be left out; ``()`` where there is none."""
    node = schema
    for depth, key in enumerate(loc[:2], 1):
        node = _resolved(schema, node)
        if key in node.get("properties", {}):
            node = node["properties"][key]
            continue
        patterns = [*node.get("patternProperties", {}).values(), node.get("additionalProperties")]
        told = next((entry for entry in patterns if isinstance(entry, dict)), {})
        return loc[:depth] if "properties" in _resolved(schema, told) else ()
    return ()


def _resolved(schema: dict[str, Any], node: dict[str, Any]) -> dict[str, Any]:
    name = node.get("$ref", "").rpartition("/")[2]
    return schema["$defs"][name] if name else node


def _without(data: Any, left_out: set[Loc]) -> Any:
    """The data without these entries, which lie one or two keys deep."""
    return {
        key: {name: entry for name, entry in part.items() if (key, name) not in left_out}
        if isinstance(part, dict)
        else part
        for key, part in data.items()
        if (key,) not in left_out
    }
