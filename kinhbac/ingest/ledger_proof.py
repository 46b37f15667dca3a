"""Whether what lies below ``raw/`` is what the ledger says, before anything is made of it.

Here: what was altered, cut out or added there; making again what can be made again. Not here: the
chain (``chain``), entries (``ledger``), reading a delivery (``reception``).

An entry's file and the receipts are written again from the chain, a line of the chain from the file
of which it speaks, a whole chain from all of them where no release names it, typed Parquet from the
bytes that were delivered. What nothing else holds ends the night, before it has made anything of it:
the last release stays in force. Past 200 lines because what is wrong and what mends it are read side
by side.
"""

from __future__ import annotations

import json
import logging
import shutil
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date
from hashlib import sha256
from pathlib import Path

from kinhbac.data_folder import DataFolder, hash_file, written_aside
from kinhbac.ingest.chain import (
    FIRST,
    Chain,
    chain_path,
    find_heads,
    mend_end,
    mend_line,
    read_chain,
)
from kinhbac.ingest.extracts import Extract, find_extracts
from kinhbac.ingest.kept_bytes import BytesChanged, find_altered, give_back, keep_again
from kinhbac.ingest.ledger import (
    ANEW,
    RECEIPTS,
    Entry,
    LedgerBroken,
    bind_as_it_lies,
    chain_of,
    entry_of,
    entry_path,
    is_entry,
    tell_broken,
)
from kinhbac.ingest.receipts import format_receipts, replay, tell_changes
from kinhbac.ingest.reception import examine_and_keep
from kinhbac.problems import Problem
from kinhbac.registry import Registry

log = logging.getLogger("kinhbac")
HashOf = Callable[[Path], str]
MADE_AGAIN = "it is not as the ledger says, and was made again"
RULE = "what lies below raw/ is what the ledger says"

PUT_BACK = "put it back from a copy of the data folder, or have the file delivered again"


@dataclass
class Damage:
    """What is wrong with the ledger of one source.

    ``broken`` cannot be mended here; ``files`` are to hold these texts, ``typed`` are the entries
    whose Parquet is not what the door read; ``strays`` the chain does not know.
    """

    source: str
    broken: list[Problem] = field(default_factory=list)
    torn: bool = False
    unbound: bool = False
    files: dict[str, str] = field(default_factory=dict)
    typed: list[Entry] = field(default_factory=list)
    strays: list[str] = field(default_factory=list)

    def tell(self) -> list[Problem]:
        """Everything, for whoever asks and mends nothing."""
        remedy = "the next night makes it again, or says what it takes"
        return [
            *self.broken,
            *(_problem(self.source, file, remedy) for file in self.files),
            *(_problem(self.source, _typed(entry), remedy) for entry in self.typed),
            *(
                Problem(
                    "the ledger does not know it: nobody reads it",
                    RULE,
                    "take it away",
                    file=f"raw/{self.source}/{stray}",
                )
                for stray in self.strays
            ),
        ]


def find_damage(
    data: DataFolder, heads: Mapping[str, str], hash_of: HashOf = hash_file
) -> list[Damage]:
    """What is wrong with the ledgers of all sources, of those where anything is.

    ``heads``: source → the link that the release in force names. ``hash_of`` tells the SHA-256 of
    a file, read again or known.
    """
    folders = {path.name for path in data.raw.glob("*/")}
    found = (_look_at(data, s, heads.get(s), hash_of) for s in sorted(folders | heads.keys()))
    return [damage for damage in found if vars(damage) != vars(Damage(damage.source))]


def prove_kept(data: DataFolder) -> list[Problem]:
    """Every copy of what was delivered that no longer holds it: nothing reads it until a table has to be
    made again from it."""
    found, remedy = "it is not what the ledger says, or not there", PUT_BACK
    return [
        Problem(found, RULE, remedy, file=path.relative_to(data.root).as_posix())
        for path in find_altered(data)
    ]


def mend_kept(registry: Registry, data: DataFolder, changed: Iterable[Path]) -> None:
    """Make copies that no longer hold what was delivered again, of files that still lie where they were
    laid down, and name the others. ``changed``: those that are not as they were seen."""
    for path in find_altered(data, changed):
        source, digest = path.relative_to(data.kept).parts[0], path.name.partition(".")[0]
        landed = find_extracts(registry, data, source) if source in registry.sources else []
        place = path.relative_to(data.root).as_posix()
        if same := [extract for extract in landed if extract.sha256 == digest]:
            keep_again(data, same[0])
            log.warning("%s: %s from the delivered file", place, MADE_AGAIN)
        else:
            log.warning("%s: it is not what was delivered: %s", place, PUT_BACK)


def _look_at(data: DataFolder, source: str, head: str | None, hash_of: HashOf) -> Damage:
    damage, path, folder = Damage(source), chain_path(data, source), data.raw / source
    if not path.exists() and head:
        damage.broken.append(tell_broken(source, "it is not there, though a release names it"))
        return damage
    chain = read_chain(path)
    if chain.head == FIRST and not chain.broken and not head:
        damage.unbound = any(folder.glob("*/*.json"))
        return damage
    damage.torn = chain.torn > 0
    if chain.broken:
        found = f"line {chain.broken} is not bound to the one before it"
        damage.broken.append(tell_broken(source, found))
        return damage
    if head and head not in chain.links and head not in chain.said.get(ANEW, ()):
        found = "lines that a release names were cut out"
        damage.broken.append(tell_broken(source, found))
    for file, text in sorted(_texts(chain).items()):
        if _hash_of(folder / file, hash_of) != _hash_text(text):
            damage.files[file] = text
        if is_entry(file):
            entry = entry_of(text)
            typed = _hash_of(folder / _typed(entry), hash_of) if entry.accepted else None
            if entry.accepted and (typed is None or typed != (entry.typed or typed)):
                damage.typed.append(entry)
    there = (path.relative_to(folder).as_posix() for path in sorted(folder.glob("*/*.json")))
    damage.strays += [file for file in there if file not in chain.said]
    return damage


def _texts(chain: Chain) -> dict[str, str]:
    """File → what it should hold."""
    texts = {file: said[-1] for file, said in chain.said.items() if is_entry(file)}
    if RECEIPTS in chain.said:
        texts[RECEIPTS] = format_receipts(replay(chain.said[RECEIPTS]))
    return texts


def _hash_of(path: Path, hash_of: HashOf) -> str | None:
    try:
        return hash_of(path)
    except OSError:
        return None


def _hash_text(text: str) -> str:
    return sha256(text.encode()).hexdigest()


def _typed(entry: Entry) -> str:
    """The Parquet file of an entry, as it is called below its source."""
    path = entry_path(DataFolder(Path()), entry.source, entry.period, entry.sha256)
    return path.with_suffix(".parquet").relative_to(Path("raw") / entry.source).as_posix()


def _problem(source: str, file: str, remedy: str) -> Problem:
    found = "it is not what the ledger says, or not there"
    return Problem(found, RULE, remedy, file=f"raw/{source}/{file}")


def mend(
    registry: Registry, data: DataFolder, damages: Iterable[Damage], today: date,
    heads: Mapping[str, str],
) -> None:  # fmt: skip
    """Make again what can be made again, each with a sentence.

    Raises LedgerBroken with all that cannot be.
    """
    broken: list[Problem] = []
    for damage in damages:
        source = damage.source
        if damage.broken and _mend_chain(data, source):
            log.warning("raw/%s/chain: a line of it was altered, and was written again", source)
            damage = _look_at(data, source, heads.get(source), hash_file)
        if damage.torn and mend_end(chain_path(data, source), _lines_of_files(data, source)):
            log.warning("raw/%s/chain: its last line was torn, and was written again", source)
            damage = _look_at(data, source, heads.get(source), hash_file)
        elif damage.torn:
            log.warning("raw/%s/chain: its last line was torn; what it began never counted", source)
        if damage.unbound:
            count = bind_as_it_lies(data, source)
            log.info("raw/%s: the ledger of %d entries was bound as it lies", source, count)
        for file, text in damage.files.items():
            with written_aside(data.raw / source / file) as aside:
                aside.write_text(text, encoding="utf-8")
            log.warning("raw/%s/%s: %s from the chain", source, file, MADE_AGAIN)
        for stray in damage.strays:
            log.warning("raw/%s/%s: the ledger does not know it: nobody reads it", source, stray)
        broken += damage.broken
        if damage.typed and source in registry.sources:
            broken += _read_again(registry, data, damage.typed, today)
    if broken:
        raise LedgerBroken("ledger", broken)


def _mend_chain(data: DataFolder, source: str) -> bool:
    """Write an altered line again from the file of which it speaks."""
    path, folder, mended = chain_path(data, source), data.raw / source, False
    while path.exists() and (number := read_chain(path).broken):
        texts = {p: p.read_bytes() for p in sorted(folder.glob("*/*.json"))}
        for file, content in texts.items():
            text = content.decode("utf-8", "replace")
            if mend_line(path, number, file.relative_to(folder).as_posix(), text):
                mended = True
                break
        else:
            return False
    return mended


def _lines_of_files(data: DataFolder, source: str) -> dict[str, str]:
    """File → the line that the chain would end with if it knew what the file says."""
    folder, chain = data.raw / source, read_chain(chain_path(data, source))
    lines = {
        path.relative_to(folder).as_posix(): path.read_text("utf-8", "replace")
        for path in sorted(folder.glob("*/*.json"))
    }
    with suppress(
        OSError, ValueError, TypeError
    ):  # of a list that is damaged, too, nothing is known
        listed = json.loads((folder / RECEIPTS).read_text(encoding="utf-8"))
        lines[RECEIPTS] = tell_changes(replay(chain.said.get(RECEIPTS, ())), listed)
    return lines


def _read_again(
    registry: Registry, data: DataFolder, entries: Iterable[Entry], today: date
) -> list[Problem]:
    """Read extracts again from the bytes that are kept, or still lie where they were laid down;
    returns those of which neither is so."""
    lost: list[Problem] = []
    for entry in entries:
        contract, room = registry.sources[entry.source], data.kept / entry.source / ".again"
        landed = room / Path(entry.file).name
        extract = Extract(
            entry.source, entry.period, landed, date.fromisoformat(entry.received_on),
            entry.sha256, entry.agency, entry.vintage, name=landed.name, is_kept=True,
        )  # fmt: skip
        try:
            give_back(data, *entry.place, entry.sha256, landed)
        except (BytesChanged, OSError):
            there = {e.extract: e for e in find_extracts(registry, data, entry.source)}
            if entry.extract not in there:
                lost.append(_tell_lost(entry))
                continue
            extract = there[entry.extract]
        try:
            again = {extract: entry.contract}
            for told in examine_and_keep(registry, data, again, contract, today):
                way = "from the delivered bytes" if told.accepted else "and the door refused it"
                log.warning("raw/%s/%s: %s %s", entry.source, _typed(entry), MADE_AGAIN, way)
        finally:
            shutil.rmtree(room, ignore_errors=True)
    return lost


def _tell_lost(entry: Entry) -> Problem:
    return Problem(
        "it is not what the ledger says, and the bytes that were delivered are gone or altered too",
        RULE,
        PUT_BACK,
        file=f"raw/{entry.source}/{_typed(entry)}",
    )


def rebind(data: DataFolder, source: str, head: str | None) -> int:
    """Take the ledger of ``source`` as true as it lies, and begin its chain anew; returns how many
    entries it has. ``head`` is what the release in force names of the lost one.

    Raises LedgerBroken for an entry that cannot be read.
    """
    path = chain_path(data, source)
    lost = head or find_heads(data).get(source)
    path.unlink(missing_ok=True)
    count = bind_as_it_lies(data, source, lost)
    chain_of(data, source)
    return count
