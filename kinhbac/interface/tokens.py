"""Tokens: who may ask for more than what is open.

Here: the file of their hashes, giving and withdrawing one, recognising who shows one. Not here:
what an edition shows (``editions``). A token is 256 random bits, so that a plain hash of it is as
good as a slow one; it is printed once and stored nowhere. Whoever could read or write the file could
not ask with what stands in it, but let others in, so it belongs to its user alone (mode 600).
"""

from __future__ import annotations

import json
import os
import re
import secrets
import stat
from dataclasses import dataclass, replace
from datetime import date
from hashlib import sha256
from hmac import compare_digest
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from kinhbac.data_folder import written_aside
from kinhbac.problems import Problem, ProblemsFound
from kinhbac.registry.declared.publication import ACCESS, Access

PREFIX = "kinhbac_"
"""By which people and scanners of leaked secrets know what it is."""
SHOWN = 80
CLOSED = ACCESS[1:]
"""Editions that need a token."""
AGENCY = re.compile(r"^[A-Za-z0-9_]{1,32}$", re.ASCII)
NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,63}", re.ASCII)


class Entry(BaseModel):
    """A token as it is stored: never itself."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    sha256: str = Field(pattern="^[0-9a-f]{64}$")
    edition: Access
    added_on: date
    agency: str | None = Field(default=None, pattern=AGENCY.pattern)
    """In whose folder its holder lays down deliveries; such a token shows no more than is open."""


ENTRIES = TypeAdapter(dict[str, Entry])
Entries = dict[str, Entry]


def add_token(path: Path, name: str, edition: str, day: date, agency: str | None = None) -> str:
    """Give ``name`` a token for an edition, or to deliver for an agency and see no more than is open,
    and return it: nobody can read it again.

    Raises ProblemsFound if the name has one or is no name, the edition is none that needs a token,
    or the file cannot be relied on.
    """
    entries = read_tokens(path)
    if agency is None and edition not in CLOSED:
        rule = f"a token is for one of: {', '.join(CLOSED)}; what is open needs none"
        raise _refuse(path, Problem("there is no such edition", rule, "name one", value=edition))
    if not NAME.fullmatch(name):
        rule = "letters, digits, «.», «_» and «-», at most 64"
        raise _refuse(path, Problem("it is no name", rule, "choose another", value=name[:SHOWN]))
    if name in entries:
        remedy = f"choose another, or withdraw it: kinhbac token remove {name}"
        raise _refuse(path, Problem("it has a token", "a name has one", remedy, value=name))
    token = PREFIX + secrets.token_urlsafe(32)
    seen = edition if agency is None else ACCESS[0]
    entry = {"sha256": _hash(token), "edition": seen, "added_on": day, "agency": agency}
    _write(path, {**entries, name: Entry.model_validate(entry)})
    return token


def remove_token(path: Path, name: str) -> None:
    """Withdraw a token: from the next question on nobody is let in by it.

    Raises ProblemsFound if there is none of this name, or the file cannot be relied on.
    """
    entries = read_tokens(path)
    if name not in entries:
        rule = f"there are: {', '.join(entries) or 'none'}"
        problem = Problem("it has no token", rule, "name one of them", value=name[:SHOWN])
        raise _refuse(path, problem)
    _write(path, {other: entry for other, entry in entries.items() if other != name})


def read_tokens(path: Path) -> Entries:
    """Name → entry; empty where there is no file.

    Raises ProblemsFound if others may read it, or it is not what was written.
    """
    try:
        mode = stat.S_IMODE(path.stat().st_mode)
        text = path.read_bytes()
    except FileNotFoundError:
        return {}
    except OSError as error:
        problem = Problem(
            f"it cannot be opened ({error.strerror})",
            "it belongs to the user who serves, alone",
            "give tokens as that user, or name a file of theirs: KINHBAC_TOKENS",
        )
        raise _refuse(path, problem) from error
    if mode & 0o077:
        rule, remedy = "it says who is let in", f"chmod 600 {path.name}"
        raise _refuse(path, Problem("others on this machine may open it", rule, remedy))
    try:
        return ENTRIES.validate_json(text)
    except ValidationError as error:
        remedy = "put it back from a copy, or remove it and give new tokens"
        problem = Problem("it is not what was written", "kinhbac alone writes it", remedy)
        raise _refuse(path, problem) from error


@dataclass
class Doorkeeper:
    """Recognises who shows a token; reads the file again when it is another."""

    path: Path
    _entries: Entries | None = None
    _seen: tuple[int, ...] | None = None

    def find(self, token: str) -> Entry | None:
        """What a token is for; None for one that nobody was given.

        It is compared with every entry, each time to its last letter: how long that takes tells
        nothing. Raises ProblemsFound as ``read_tokens``.
        """
        shown, found = _hash(token), None
        for entry in self._read().values():
            if compare_digest(entry.sha256, shown):
                found = entry
        return found

    def _read(self) -> Entries:
        try:
            status = self.path.stat()
            seen: tuple[int, ...] = (
                status.st_ino,
                status.st_mtime_ns,
                status.st_size,
                status.st_mode,
            )
        except OSError:
            seen = ()
        if self._entries is None or seen != self._seen:
            self._entries = read_tokens(self.path)
            self._seen = seen
        return self._entries


def _hash(token: str) -> str:
    return sha256(token.encode()).hexdigest()


def _write(path: Path, entries: Entries) -> None:
    text = json.dumps(ENTRIES.dump_python(entries, mode="json", exclude_none=True), indent=2) + "\n"
    with written_aside(path) as aside:
        # Made with this mode: for no moment may others open it.
        aside.unlink(missing_ok=True)
        descriptor = os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(text)


def _refuse(path: Path, problem: Problem) -> ProblemsFound:
    return ProblemsFound(path.name, [replace(problem, file=path.name)])
