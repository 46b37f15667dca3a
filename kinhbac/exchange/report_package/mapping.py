"""The names of a package: messages and their fields, as ``fields.toml`` has them.

Here: reading the file into shapes, and refusing one that could not be written or read back. Not
here: what stands in a message (``contents``), how it is written (``messages``).
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, get_args

from kinhbac.periods import Period, PeriodKind
from kinhbac.problems import Problem, ProblemsFound

FIELDS = Path(__file__).with_name("fields.toml")
"""The one file that names anything in a package; every package carries its own copy."""
Kind = Literal["text", "texts", "number", "integer", "boolean", "date"]
RULE = "a package says every column once, under one path, in the order of its message"
REMEDY = f"put the entry of {FIELDS.name} right; its head says what a field is"


@dataclass(frozen=True)
class Field:
    """A column of ours and its place in a message; ``codes``: our words and theirs."""

    column: str
    path: tuple[str, ...]
    kind: Kind
    required: bool = False
    official: bool = field(default=False, compare=False)
    codes: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Message:
    """One message of a package: its name there, and the fields of one row."""

    key: str
    name: str
    fields: tuple[Field, ...]


@dataclass(frozen=True)
class Mapping:
    """Everything that ``fields.toml`` says; ``text`` is the file itself, remarks and all.

    Two of them are equal when they write every message alike.
    """

    text: str = field(compare=False)
    edition: str
    namespace: str
    receiver: str
    senders: str
    area_kinds: list[str]
    header_name: str
    content_name: str
    period_codes: dict[str, str]
    header: tuple[Field, ...]
    messages: dict[str, Message]

    def code_of(self, period: Period) -> str | None:
        """How the Government writes a period; None for a kind that it has no code for.

        >>> read_mapping().code_of(Period.parse("2026-Q3"))
        '20263'
        """
        pattern = self.period_codes.get(period.kind.value)
        start = period.start
        return pattern and pattern.format(
            year=start.year, month=start.month, quarter=(start.month + 2) // 3
        )

    @property
    def reported_kinds(self) -> list[PeriodKind]:
        """The kinds of period that have a code."""
        return [PeriodKind(kind) for kind in self.period_codes]


def read_mapping(text: str | None = None) -> Mapping:
    """The mapping of this version, or that of a package, whose copy is ``text``.

    Raises ProblemsFound for all that is wrong with it.
    """
    text = FIELDS.read_text(encoding="utf-8") if text is None else text
    try:
        said = tomllib.loads(text)
        return _checked(_mapping(text, said))
    except tomllib.TOMLDecodeError as error:
        found = f"it is no TOML ({error})"
    except (KeyError, TypeError, AttributeError) as error:
        found = f"an entry is missing or of another shape ({error})"
    raise ProblemsFound(FIELDS.name, [Problem(found, RULE, REMEDY, file=FIELDS.name)])


def _mapping(text: str, said: dict[str, Any]) -> Mapping:
    codes = said.get("codes", {})
    return Mapping(
        text=text,
        edition=said["edition"],
        namespace=said["namespace"],
        receiver=said["receiver"],
        senders=said["senders"],
        area_kinds=said["area_kinds"],
        header_name=said["envelope"]["header"],
        content_name=said["envelope"]["content"],
        period_codes=said["period_codes"],
        header=_fields(said["header"], codes),
        messages={
            key: Message(key, one["name"], _fields(one["fields"], codes))
            for key, one in said["messages"].items()
        },
    )


def _fields(said: dict[str, Any], codes: dict[str, dict[str, str]]) -> tuple[Field, ...]:
    return tuple(
        Field(
            column,
            tuple(one["path"].split(".")),
            one["kind"],
            one.get("required", False),
            one.get("official", False),
            codes.get(one.get("codes", ""), {}),
        )
        for column, one in said.items()
    )


def _checked(mapping: Mapping) -> Mapping:
    places = {"header": mapping.header} | {
        f"messages.{key}": message.fields for key, message in mapping.messages.items()
    }
    problems = [
        Problem(
            f"«{pattern}» cannot be in a file's name",
            "a package is called by the code of its period",
            "write it with letters, digits, «.», «_» and «-»",
            file=FIELDS.name,
            column=f"period_codes.{kind}",
        )
        for kind, pattern in mapping.period_codes.items()
        if not re.fullmatch(r"[A-Za-z0-9_.{}:-]+", pattern)
    ]
    problems += [
        Problem(found, RULE, REMEDY, file=FIELDS.name, column=place)
        for place, fields in places.items()
        for found in _find_wrong(fields)
    ]
    if problems:
        raise ProblemsFound(FIELDS.name, problems)
    return mapping


def _find_wrong(fields: tuple[Field, ...]) -> list[str]:
    found = []
    seen: set[tuple[str, ...]] = set()
    before: tuple[str, ...] = ()
    for own in fields:
        name = ".".join(own.path)
        if own.kind not in get_args(Kind):
            found.append(f"{own.column} is of the unknown kind «{own.kind}»")
        if not all(part.isidentifier() for part in own.path):
            found.append(f"«{name}» is no path of names")
        if any(other.path[: len(own.path)] == own.path for other in fields if other is not own):
            found.append(f"«{name}» is a field and holds or is another one too")
        if len(set(own.codes.values())) < len(own.codes):
            found.append(f"the codes of {own.column} say two words alike")
        branches = {own.path[:depth] for depth in range(1, len(own.path))}
        # A row without the first of them would have the branches in another order.
        if any(branch in seen and before[: len(branch)] != branch for branch in branches):
            found.append(f"«{name}» stands apart from the others of its branch")
        seen |= branches
        before = own.path
    return found
