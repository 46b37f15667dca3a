"""Our own reader of a package, and the proof that it says what the release says.

Here: a package from a folder or a ZIP, believed only where its hashes are right and its XML and
JSON say the same. Not here: making one (``sending``).
"""

from __future__ import annotations

import zipfile
from collections.abc import Mapping as Lookup
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path

from kinhbac.checksums import SUMS, format_sums, read_sums
from kinhbac.exchange.report_package.mapping import FIELDS, Mapping, Message, read_mapping
from kinhbac.exchange.report_package.messages import Row, read_json, read_xml
from kinhbac.problems import Problem, ProblemFound, ProblemsFound

MAPPING = f"schema/{FIELDS.name}"
RULE = "a package is read as it was sent, or not at all"
REMEDY = "take the package anew from whoever sent it"


@dataclass(frozen=True)
class Package:
    """A package as read: header and rows by our columns, and the mapping it was written with."""

    header: Row
    rows: dict[str, list[Row]]
    mapping: Mapping


def read_package(place: Path) -> Package:
    """The package in a folder or ZIP, by the names in its own copy of the mapping.

    Raises ProblemsFound for all that is not as it was sent: a file that is missing or was
    changed, a message that is none, XML and JSON that say different things.
    """
    return read_files(_files_of(place), place.name)


def read_files(files: Lookup[str, bytes], name: str = "the package") -> Package:
    """The same of files by their path in the package."""
    if problems := _find_damage(files):
        raise ProblemsFound(name, problems)
    mapping = read_mapping(files[MAPPING].decode())
    headers, rows, problems = [], {}, []
    for key, message in mapping.messages.items():
        if f"{key}.json" not in files:
            continue  # nothing has changed, or nothing was sent before
        try:
            header, rows[key] = _read_message(files, mapping, message)
            headers.append(header | {"message": None})
        except ProblemFound as found:
            problems.append(_placed(found.problem, key))
    if headers and any(header != headers[0] for header in headers):
        problems.append(_problem(name, "its messages do not belong together"))
    if problems or not headers:
        raise ProblemsFound(name, problems or [_problem(name, "it holds no message")])
    return Package(headers[0], rows, mapping)


def find_unlike(package: Package, rows: Lookup[str, list[Row]]) -> list[str]:
    """Messages that do not say, row by row and to the last bit, what ``rows`` say."""
    return [
        key
        for key, message in package.mapping.messages.items()
        if package.rows.get(key, []) != [_shown(message, row) for row in rows.get(key, [])]
    ]


def _shown(message: Message, row: Row) -> Row:
    return {own.column: row.get(own.column) for own in message.fields}


def _read_message(
    files: Lookup[str, bytes], mapping: Mapping, message: Message
) -> tuple[Row, list[Row]]:
    told = read_json(mapping, message, files[f"{message.key}.json"])
    if f"{message.key}.xml" not in files:
        raise ProblemFound("its XML is not there", RULE, REMEDY)
    if read_xml(mapping, message, files[f"{message.key}.xml"]) != told:
        raise ProblemFound("XML and JSON say different things", RULE, REMEDY)
    return told


def _files_of(place: Path) -> dict[str, bytes]:
    if place.is_dir():
        paths = (path for path in place.rglob("*") if path.is_file())
        return {path.relative_to(place).as_posix(): path.read_bytes() for path in paths}
    try:
        with zipfile.ZipFile(place) as packed:
            return {name: packed.read(name) for name in packed.namelist()}
    except (OSError, zipfile.BadZipFile) as error:
        found = f"it cannot be opened ({error})"
        raise ProblemsFound(place.name, [_problem(place.name, found)]) from None


def _find_damage(files: Lookup[str, bytes]) -> list[Problem]:
    """Files that are not those of the list of hashes, whichever of the two knows more."""
    if SUMS not in files:
        return [_problem(SUMS, "it is not there")]
    sent, odd = read_sums(files[SUMS].decode(errors="replace"))
    there = {name: sha256(content).hexdigest() for name, content in files.items() if name != SUMS}
    problems = [replace(problem, file=SUMS) for problem in odd]
    problems += [_problem(name, "it is not there") for name in sorted(sent.keys() - there.keys())]
    problems += [_problem(name, "it was not sent") for name in sorted(there.keys() - sent.keys())]
    problems += [
        _problem(name, "its bytes are not those that were sent")
        for name in sorted(sent.keys() & there.keys())
        if sent[name] != there[name]
    ]
    return problems or ([] if MAPPING in files else [_problem(MAPPING, "it is not there")])


def _problem(file: str, found: str) -> Problem:
    return Problem(found, RULE, REMEDY, file=file)


def _placed(problem: Problem, key: str) -> Problem:
    return Problem(problem.found, problem.rule, problem.remedy, file=f"{key}.xml, {key}.json")


def sums_of(files: Lookup[str, bytes]) -> bytes:
    """The list of hashes of a package, as ``sha256sum --check`` reads it."""
    return format_sums({name: sha256(files[name]).hexdigest() for name in files}).encode()
