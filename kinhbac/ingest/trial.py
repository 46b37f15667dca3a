"""Trying a file against the contract of a source before it is delivered.

Here: the door's verdict on one file, word for word, for the eyes of who holds it. Not here: keeping
anything (``reception``), the landing zone: file and manifest may lie anywhere. Nothing is left
behind: what reading writes aside lies in a folder that only its owner may open, and is gone with
the answer.
"""

from __future__ import annotations

import tempfile
from datetime import date, timedelta
from pathlib import Path

from kinhbac.data_folder import hash_file
from kinhbac.ingest.door import Examined, examine
from kinhbac.ingest.extracts import Extract, received_on
from kinhbac.ingest.ledger import names_period
from kinhbac.ingest.reading_room import open_room
from kinhbac.periods import Period
from kinhbac.problems import Refused
from kinhbac.registry import Registry
from kinhbac.words.catalogue import Code
from kinhbac.words.language import Language


def try_file(
    registry: Registry, source: str, path: Path, period: str | None, today: date
) -> tuple[Extract, Examined]:
    """What the door would say of ``path`` as an extract of ``source``.

    ``period`` is the label of the folder that it would lie in; without it the folder counts that it
    lies in, if that names one, else the last period that has ended. Raises Refused where there is
    no such source, period or file.
    """
    if source not in registry.sources:
        raise Refused(f"«{source}» is no source: {', '.join(sorted(registry.sources))}.")
    if not path.is_file():
        raise Refused(f"{path} is no file.")
    label = period or path.absolute().parent.name
    if not names_period(label):
        if period:
            raise Refused(f"«{period}» is not a period: write it as 2026-10, 2026-Q3 or 2026.")
        label = _last_ended(registry, source, today).label
    received, faults = received_on(path)
    extract = Extract(
        source,
        label,
        path.absolute(),
        min(received, today),
        hash_file(path),
        faults=faults,
        name=path.name,
    )
    with (
        tempfile.TemporaryDirectory(prefix="kinhbac-try-") as folder,
        open_room(Path(folder) / "room") as room,
    ):
        [(_, examined)] = examine(
            [extract], registry.sources[source], registry, today, room, shown=True
        )
    return extract, examined


def _last_ended(registry: Registry, source: str, today: date) -> Period:
    frequency = registry.sources[source].delivery.frequency
    begun = Period.containing(today, frequency)
    return Period.containing(begun.start - timedelta(days=1), frequency)


def describe(extract: Extract, examined: Examined, code: Code) -> str:
    """The verdict as lines, in the language of who holds the file; what a terminal could take for a
    command stands escaped."""
    language = Language(code)
    words, count = language.words, len(examined.problems)
    verdict = words.trial.accepted if examined.typed is not None else words.trial.refused
    told = verdict.format(
        file=extract.path.name,
        period=language.labelled(extract.period_label),
        rows=language.count(examined.rows),
    )
    if examined.set_aside:
        told += words.trial.set_aside.format(n=language.count(examined.set_aside))
    lines = [told, *(f"  {problem.tell(code)}" for problem in examined.problems)]
    if count > 1:
        lines.append(words.problem.counted.format(n=language.count(count)))
    return "\n".join(map(_printable, lines))


def _printable(line: str) -> str:
    return "".join(c if c.isprintable() else repr(c)[1:-1] for c in line)
