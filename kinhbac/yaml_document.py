"""YAML with line numbers, read strictly.

Here: text to plain data, the line of every key, and a model from the data. PyYAML alone
keeps the last of two equal keys without a word and turns ``NO`` into false; both are
refused here, and so are anchors, by which a few lines can unfold into gigabytes. An entry that
does not validate is left out, and what it is called stays known, so that one mistake is not told
again wherever its entry is named.
Not here: what the keys mean (whoever reads the file).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Set
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any

import yaml
from pydantic import TypeAdapter, ValidationError
from pydantic_core import ErrorDetails

from kinhbac.problems import Problem
from kinhbac.spelling import fold_header
from kinhbac.text_file import read_text

Loc = tuple[str | int, ...]

# YAML 1.1 reads these as true and false; a province code NO or a unit "on" is text.
_BOOLEANS = {"true": True, "false": False}
_WHOLE_NUMBER = re.compile(r"[+-]?(0|[1-9]\d*)")

REMEDIES = {
    "extra_forbidden": "remove it, or correct its spelling",
    "missing": "write it",
    "literal_error": "choose one of the listed values",
    "enum": "choose one of the listed values",
}


@dataclass
class YamlDocument:
    """One file: its data, the line of each place in it, and what is wrong with its text.

    ``left_out`` are the places whose entries did not validate; ``()`` is the whole file.
    """

    file: str
    data: Any = None
    lines: dict[Loc, int] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    left_out: set[Loc] = field(default_factory=set)

    @property
    def whole(self) -> bool:
        """Whether nothing is wrong with it, so that what it does not say is not said."""
        return not self.problems and not self.left_out

    def names(self, *loc: str) -> Set[str] | None:
        """The keys written at ``loc``, in sound entries or not; None where nobody can tell."""
        part = self.data
        for key in loc:
            part = part.get(key) if isinstance(part, dict) else None
        if isinstance(part, dict):
            return part.keys()
        return frozenset() if self.whole else None

    def line_of(self, loc: Loc) -> int | None:
        """The line where ``loc`` stands, or its nearest written parent."""
        for length in range(len(loc), -1, -1):
            if loc[:length] in self.lines:
                return self.lines[loc[:length]]
        return None

    def place(self, loc: Loc, problem: Problem) -> Problem:
        """``problem``, told at ``loc`` of this file."""
        column = ".".join(str(part) for part in loc) or None
        return replace(problem, file=self.file, line=self.line_of(loc), column=column)

    def problem(self, loc: Loc, found: str, rule: str, remedy: str) -> Problem:
        """A problem at ``loc`` of this file."""
        return self.place(loc, Problem(found, rule, remedy))

    def unknown(self, loc: Loc, word: str, name: str, file: str) -> Problem:
        """A problem: ``name`` is no ``word`` (agency, area …) that ``file`` declares."""
        return self.problem(
            loc,
            f"unknown {word} «{name}»",
            f"every {word} stands in {file}",
            "add it there, or correct it",
        )


def read_yaml(path: Path, name: str) -> YamlDocument:
    """Read one YAML file; ``name`` is how messages call it.

    Syntax errors, duplicate keys and two documents in one file come back as problems.
    """
    text, problems = read_text(path, name)
    return YamlDocument(name, problems=problems) if problems else parse_yaml(text, name)


def parse_yaml(text: str, name: str) -> YamlDocument:
    """The document that ``text`` is, with the line of every place; else as ``read_yaml``."""
    document = YamlDocument(name)
    try:
        if control := yaml.reader.Reader.NON_PRINTABLE.search(text):
            document.lines[()] = text.count("\n", 0, control.start()) + 1
            document.problems.append(
                document.problem(
                    (),
                    f"the character U+{ord(control[0]):04X} stands in it",
                    "YAML holds text that can be printed",
                    "delete the character",
                )
            )
            return document
        node = yaml.compose(text, Loader=yaml.CSafeLoader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        document.lines[()] = mark.line + 1 if mark else 1
        document.problems.append(
            document.problem(
                (), str(error.problem or error), "the file is valid YAML", "correct the syntax"
            )
        )
        return document
    if node is None:
        document.problems.append(
            document.problem(
                (), "the file is empty", "every registry file says something", "fill it"
            )
        )
        return document
    try:
        document.data = _value(node, (), document, set())
    except RecursionError:
        document.problems.append(
            document.problem(
                (), "it is nested without end", "a value has a few levels", "write it plainly"
            )
        )
    return document


def _value(node: yaml.Node, loc: Loc, document: YamlDocument, seen: set[int]) -> Any:
    document.lines.setdefault(loc, node.start_mark.line + 1)
    if isinstance(node, yaml.ScalarNode):
        return _scalar(node)
    if id(node) in seen:
        document.problems.append(
            document.problem(
                loc,
                "it repeats what an anchor names",
                "anchors and aliases are not read",
                "write it out",
            )
        )
        return None
    seen.add(id(node))
    if isinstance(node, yaml.MappingNode):
        return dict(_pairs(node, loc, document, seen))
    assert isinstance(node, yaml.SequenceNode)
    return [_value(child, (*loc, place), document, seen) for place, child in enumerate(node.value)]


def _pairs(
    node: yaml.MappingNode, loc: Loc, document: YamlDocument, seen_nodes: set[int]
) -> Iterator[tuple[str, Any]]:
    seen: dict[str, int] = {}
    for key_node, value_node in node.value:
        key, line = str(key_node.value), key_node.start_mark.line + 1
        place, folded = (*loc, key), fold_header(key)
        if folded in seen:
            document.problems.append(
                Problem(
                    f"the key is written twice, first on line {seen[folded]}",
                    "a key stands once",
                    "remove one of the two",
                    document.file,
                    line,
                    ".".join(map(str, place)),
                )
            )
            continue
        seen[folded] = line
        document.lines[place] = line
        yield key, _value(value_node, place, document, seen_nodes)


def _scalar(node: yaml.ScalarNode) -> Any:
    text = str(node.value)
    if node.style:  # quoted or block text is text
        return text
    match node.tag.rpartition(":")[2]:
        case "null":
            return None
        case "bool":
            return _BOOLEANS.get(text.lower(), text)
        case "int" | "float" | "timestamp" as kind:
            try:
                return _READ[kind](text)
            except ValueError:  # .nan, 1:30.5, 2026-13-01: text, for the model to refuse
                return text
    return text


def _whole(text: str) -> int | str:
    # 07210 is a code: a leading zero is part of it, not a sign of octal.
    return int(text) if _WHOLE_NUMBER.fullmatch(text) else text


_READ: dict[str, Callable[[str], Any]] = {
    "int": _whole,
    "float": float,
    "timestamp": date.fromisoformat,
}


def validate(
    adapter: TypeAdapter[Any],
    document: YamlDocument,
    problems: list[Problem],
    rule: str,
) -> Any:
    """The model that ``document`` holds, or None; what is wrong is added to ``problems``."""
    if document.data is None:
        return None
    try:
        return adapter.validate_python(document.data)
    except ValidationError as error:
        problems += (problem for _, problem in _mistakes(error, document, rule))
        document.left_out = {()}
        return None


def validate_entries(
    adapter: TypeAdapter[Any],
    document: YamlDocument,
    problems: list[Problem],
    rule: str,
) -> Any:
    """As ``validate``, but without the entries that are wrong where the rest holds by itself."""
    if document.data is None:
        return None
    try:
        return adapter.validate_python(document.data)
    except ValidationError as error:
        mistakes = list(_mistakes(error, document, rule))
    problems += (problem for _, problem in mistakes)
    schema = adapter.json_schema(by_alias=True)
    document.left_out = {_entry(schema, loc) for loc, _ in mistakes}
    if () not in document.left_out:
        try:
            return adapter.validate_python(_without(document.data, document.left_out))
        except ValidationError:  # the rest does not stand alone: that follows from what was told
            document.left_out.add(())
    return None


def _mistakes(
    error: ValidationError, document: YamlDocument, rule: str
) -> Iterator[tuple[Loc, Problem]]:
    """Each mistake once, at its place in the file.

    Where one of several shapes would do, each says what it misses: they are one mistake. A list
    counts sound entries alone: that it is too short follows from those that are not.
    """
    told: dict[tuple[Loc, str], list[ErrorDetails]] = {}
    for detail in error.errors():
        loc, tried = _place(detail, document)
        told.setdefault((loc, "" if tried else str(detail)), []).append(detail)
    places = {loc for loc, _ in told}
    for (loc, _), details in told.items():
        first = details[0]
        follows = _place(first, document)[1] or first["type"] == "too_short"
        if follows and any(len(place) > len(loc) and place[: len(loc)] == loc for place in places):
            continue
        said = (detail["msg"].removeprefix("Value error, ") for detail in details)
        remedy = REMEDIES.get(first["type"], "correct the value")
        yield loc, document.problem(loc, ", or: ".join(dict.fromkeys(said)), rule, remedy)


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
