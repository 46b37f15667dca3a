"""The ledger: what was delivered, and what was said of it.

Here: one entry for every extract ever seen, told by its bytes. Not here: judging an extract
(``door``), how often and when it came (``receipts``), which of them counts (``turns``), the ledger
as tables (``ledger_tables``).

What counts is what the chain of the source says; the file of an entry says the same for people and
other programs, and is never read where there is a chain. A ledger from before there were chains is
bound as it lies when something is first added to it, or when a night proves it. Past 200 lines because
what is written and what is read of it stand side by side.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any

from kinhbac.data_folder import DataFolder, hash_file, written_aside
from kinhbac.ingest.chain import CHAIN, Chain, add_line, chain_path, read_chain
from kinhbac.ingest.extent import Extent, read_extent
from kinhbac.periods import Period
from kinhbac.problems import Problem, ProblemsFound
from kinhbac.registry import Registry
from kinhbac.registry.declared.entries import Vintage


@dataclass(frozen=True)
class Entry:
    """What the door said of one extract, under one contract, as it was delivered first.

    ``extent`` is what an accepted one tells as a whole, ``typed`` the SHA-256 of its Parquet file.
    """

    extract: str
    source: str
    period: str
    file: str
    sha256: str
    bytes: int
    received_on: str
    contract: str
    accepted: bool
    rows: int
    problems: tuple[Problem, ...]
    agency: str | None = None
    vintage: Vintage = "final"
    set_aside: int = 0
    extent: Extent | None = None
    typed: str | None = None

    @property
    def place(self) -> tuple[str, str]:
        """Source and period: of all their extracts one is in force."""
        return self.source, self.period

    @property
    def speaks_for_source(self) -> bool:
        """Whether it says anything of the source's state, good or bad.

        What a stranger sends, or a day that has not come yet, holds nobody's values.
        """
        return not any(problem.check in ("owner", "day_of_receipt") for problem in self.problems)


def entry_path(data: DataFolder, source: str, period: str, sha256: str) -> Path:
    """Where the entry of an extract stands, beside its Parquet file."""
    folder = period if names_period(period) else "no-period"
    return data.raw / source / folder / f"{sha256[:12]}.json"


class LedgerBroken(ProblemsFound):
    """A ledger that does not say what was written into it, and cannot be mended."""


RULE = "the ledger is only ever added to, and each of its lines is bound to the one before"
REMEDY = (
    "put it back from a copy of the data folder; without one, look at what lies there and run "
    "«kinhbac rebind {source}», which takes it as true"
)


def tell_broken(source: str, found: str) -> Problem:
    """What is wrong with a chain that nothing else can mend."""
    return Problem(found, RULE, REMEDY.format(source=source), file=f"raw/{source}/{CHAIN}")


def chain_of(data: DataFolder, source: str) -> Chain | None:
    """The chain of a source, or None where it has none. Raises LedgerBroken."""
    path = chain_path(data, source)
    if not path.exists():
        return None
    chain = read_chain(path)
    if chain.broken:
        found = f"line {chain.broken} is not bound to the one before it"
        raise LedgerBroken("ledger", [tell_broken(source, found)])
    return chain


def read_entry(path: Path) -> Entry | None:
    """The entry at ``path``, or None where there is none."""
    return entry_of(path.read_text(encoding="utf-8")) if path.exists() else None


def entry_of(text: str) -> Entry:
    """The entry that a text of the ledger is."""
    content = json.loads(text)
    content["problems"] = tuple(map(_problem, content["problems"]))
    content["extent"] = read_extent(content.get("extent"))
    known = {field.name for field in fields(Entry)}
    return Entry(**{name: told for name, told in content.items() if name in known})


def _problem(written: dict[str, Any]) -> Problem:
    told = {name: tuple(written.get(name, ())) for name in ("lines", "values")}
    return Problem(**{**written, **told})


def read_entries(registry: Registry, data: DataFolder, source: str) -> list[Entry]:
    """Every entry of ``source`` that the ledger holds, also of files no longer landed.

    Raises LedgerBroken.
    """
    chain = chain_of(data, source)
    if chain is None:
        return [entry_of(text) for _, text in sorted(_lying(data, source).items())]
    return [entry_of(chain.said[file][-1]) for file in sorted(chain.said) if is_entry(file)]


def is_entry(file: str) -> bool:
    """Whether a file of a source's ledger is an entry: it lies in the folder of its period."""
    return "/" in file


def _lying(data: DataFolder, source: str) -> dict[str, str]:
    """The files of the entries of a source as they lie there: name → text."""
    folder = data.raw / source
    paths = sorted(folder.glob("*/*.json"))
    return {p.relative_to(folder).as_posix(): p.read_text(encoding="utf-8") for p in paths}


def write_entry(data: DataFolder, entry: Entry) -> None:
    """Let the ledger say it, from which moment the extract counts; then write its file whole."""
    path = entry_path(data, entry.source, entry.period, entry.sha256)
    text = json.dumps(asdict(entry), ensure_ascii=False)
    file = path.relative_to(data.raw / entry.source).as_posix()
    say(data, entry.source, file, text, text)


def say(data: DataFolder, source: str, file: str, line: str, content: str) -> None:
    """Add a ``line`` on ``file`` to the chain, then let the file hold ``content``; unless both say so.

    A file alone is no proof: where the chain has lost a line, it lies there as it did.
    """
    path = data.raw / source / file
    chain = chain_path(data, source)
    if not chain.exists():
        bind_as_it_lies(data, source)
    there = path.is_file() and path.read_bytes() == content.encode()
    if there and read_chain(chain).said.get(file, [""])[-1] == line:
        return
    add_line(chain, file, line)
    with written_aside(path) as aside:
        aside.write_text(content, encoding="utf-8")


def bind_as_it_lies(data: DataFolder, source: str, instead_of: str | None = None) -> int:
    """Begin the chain of a source with all that lies in its ledger; returns how many entries.

    ``instead_of`` is the head of one that is lost. Raises LedgerBroken for what cannot be read.
    """
    folder = data.raw / source
    entries: dict[str, str] = {}
    unreadable = []
    for file in sorted(path.relative_to(folder).as_posix() for path in folder.glob("*/*.json")):
        path = folder / file
        try:
            content = json.loads(path.read_text(encoding="utf-8"))
            entry_of(json.dumps(content))
        except (ValueError, TypeError, KeyError, AttributeError):
            unreadable.append(tell_unreadable(source, file))
            continue
        typed = path.with_suffix(".parquet")
        content["typed"] = hash_file(typed) if content["accepted"] and typed.exists() else None
        entries[file] = json.dumps(content, ensure_ascii=False)
    lines = [(ANEW, instead_of)] if instead_of else []
    lines += entries.items()
    receipts = folder / RECEIPTS
    if receipts.exists():
        try:
            listed = json.loads(receipts.read_text(encoding="utf-8"))
            lines.append((RECEIPTS, json.dumps(dict(enumerate(listed)), ensure_ascii=False)))
        except (ValueError, TypeError):
            unreadable.append(tell_unreadable(source, RECEIPTS))
    if unreadable:
        raise LedgerBroken("ledger", unreadable)
    if lines:  # all of them or none: what a chain does not know nobody reads
        with written_aside(chain_path(data, source)) as chain:
            for file, text in lines:
                add_line(chain, file, text)
    for file, text in entries.items():
        with written_aside(folder / file) as aside:
            aside.write_text(text, encoding="utf-8")
    return len(entries)


def tell_unreadable(source: str, file: str) -> Problem:
    """A file of a ledger from before there were chains, of which nothing else says what it held."""
    return Problem(
        "it cannot be read as what was written there",
        RULE,
        "put it back from a copy of the data folder, or take it away: what still lies in the "
        "landing zone is read again",
        file=f"raw/{source}/{file}",
    )


RECEIPTS = "receipts.json"
"""The file of the receipts of a source; of what changes in it each line of the chain says where."""
ANEW = "anew"
"""What a chain says that was begun in place of a lost one, with that one's head."""


def names_period(label: str) -> bool:
    """Whether a folder's name is a period."""
    try:
        Period.parse(label)
    except ValueError:
        return False
    return True
