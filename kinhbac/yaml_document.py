"""YAML with line numbers, read strictly.

Here: text to plain data, and the line of every key. PyYAML alone keeps the last of two equal
keys without a word and turns ``NO`` into false; both are refused here, and so are anchors, by
which a few lines can unfold into gigabytes. One file past 200 lines, because what YAML lets
through and this does not should be read in one place.
Not here: a model from the data (``yaml_models``), what the keys mean (whoever reads the file).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Set
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any

import yaml

from kinhbac.problems import Problem
from kinhbac.spelling import fold_header
from kinhbac.text_file import read_text

Loc = tuple[str | int, ...]

# YAML 1.1 reads these as true and false; a province code NO or a unit "on" is text.
_BOOLEANS = {"true": True, "false": False}
_WHOLE_NUMBER = re.compile(r"[+-]?(0|[1-9]\d*)")

UNWRITABLE = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What no XML may hold, and so no document that leaves: an escape may still spell it."""


@dataclass
class YamlDocument:
    """One file: its data, the line of each place in it, and what is wrong with its text.

    ``left_out`` are the places whose entries did not validate; ``()`` is the whole file.
    ``misnamed`` are the places where a key is written twice, or cannot be one.
    """

    file: str
    data: Any = None
    lines: dict[Loc, int] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    left_out: set[Loc] = field(default_factory=set)
    misnamed: set[Loc] = field(default_factory=set)

    @property
    def whole(self) -> bool:
        """Whether nothing is wrong with it, so that what it does not say is not said."""
        return not self.problems and not self.left_out

    def names(self, *loc: str) -> Set[str] | None:
        """The keys written at ``loc``, in sound entries or not; None where nobody can tell."""
        if loc in self.misnamed:
            return None
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
        _refuse_unwritable(node, loc, document)
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
        _refuse_unwritable(key_node, place, document)
        if folded in seen:
            document.misnamed.add(loc)
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


def _refuse_unwritable(node: yaml.ScalarNode, loc: Loc, document: YamlDocument) -> None:
    if found := UNWRITABLE.search(str(node.value)):
        document.problems.append(
            document.problem(
                loc,
                f"the character U+{ord(found[0]):04X} stands in it, written as an escape",
                "a text holds what can be printed, for no document could hold the rest",
                "delete the character",
            )
        )


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
