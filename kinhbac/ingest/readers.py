"""Files to text: every format ends as named columns of text with line numbers, in batches.

Here: which reader reads a file. Not here: the readers (``delimited_text``, ``worksheets``,
``json_records``, ``parquet_columns``), what they share (``raw``), types, bounds and areas
(``values``, ``row_examination``).
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from dataclasses import replace
from pathlib import Path

from kinhbac.ingest.delimited_text import read_delimited
from kinhbac.ingest.file_form import SHEETED, find_form
from kinhbac.ingest.header_rows import Headless
from kinhbac.ingest.headings import match_names
from kinhbac.ingest.json_records import read_json
from kinhbac.ingest.limits import FILE, Unreadable, hold, rows_for
from kinhbac.ingest.parquet_columns import read_parquet
from kinhbac.ingest.personal_data import Declared, PersonalSearch
from kinhbac.ingest.raw import Batch, RawFile, tell_faults, tidy
from kinhbac.ingest.reading_room import ReadingRoom
from kinhbac.ingest.signatures import prove_form
from kinhbac.ingest.worksheets import read_worksheet
from kinhbac.registry.declared.contract import Delivery

Reader = Callable[[Path, Delivery, ReadingRoom], RawFile]
READERS: dict[str, Reader] = {
    "csv": read_delimited,
    "xlsx": read_worksheet,
    "xls": read_worksheet,
    "json": read_json,
    "jsonl": read_json,
    "parquet": read_parquet,
}

WORKBOOKS = (".xlsx", ".xlsm", ".xls", ".ods", ".xlsb")
"""How names of workbooks end; those of the last kind are refused by name."""


def as_delivered(delivery: Delivery, suffix: str) -> Delivery:
    """The contract's ``delivery`` as a file with this ``suffix`` keeps it.

    A workbook may stand in for a file of any format: an agency without a system fills in a form,
    in the spreadsheet program that it has. Sheet, title and header rows, marks and the writing of
    numbers and dates stay those of the contract; its text is Unicode.
    """
    kind = suffix.lower()
    if kind not in WORKBOOKS or delivery.format in ("xlsx", kind[1:]):
        return delivery
    return delivery.model_copy(update={"format": "xlsx", "encoding": "utf-8"})


def read_raw(
    path: Path,
    delivery: Delivery,
    room: ReadingRoom,
    wanted: Collection[str] | None = None,
    declared: Declared | None = None,
    labels: Collection[str] = (),
) -> RawFile:
    """Begin to read a file; of its columns the ``wanted`` are given (None: all), clean, and the
    ``labels`` that it happens to have.

    All are searched for personal data that is not ``declared`` so (None: nobody asks).
    Raises Unreadable when nothing of it can be used, as when it has another form than promised;
    so may the drawing of its batches.
    """
    size = path.stat().st_size
    if not size:
        raise Unreadable("the file is empty", "an extract holds rows", "deliver the file again")
    hold("the file has", size, FILE, "bytes", "deliver it in several periods")
    prove_form(path, delivery)
    try:
        raw = READERS[delivery.format](path, delivery, room)
    except Unreadable as error:
        raise _explained(error, path, delivery, wanted) from None
    if wanted is not None and raw.names:
        found = match_names((*raw.names,), frozenset(wanted))
        if set(wanted) - set(found.values()) and (told := find_form(path, delivery, wanted)):
            raise told
    drawn = _counted(_drawn(raw.batches, path, delivery, wanted), rows_for(size))
    searched = _searched(raw, drawn, PersonalSearch(declared)) if declared else drawn
    raw.batches = _tidied(raw, searched, wanted, labels, delivery)
    return raw


def _drawn(
    batches: Iterator[Batch], path: Path, delivery: Delivery, wanted: Collection[str] | None
) -> Iterator[Batch]:
    try:
        yield from batches
    except Unreadable as error:
        raise _explained(error, path, delivery, wanted) from None


def _searched(raw: RawFile, batches: Iterator[Batch], search: PersonalSearch) -> Iterator[Batch]:
    """The same batches; the file says behind the last whom it names."""
    for batch in batches:
        search.look(batch)
        yield batch
    for problem in search.tell():
        raw.problems.add_one(problem)


def _counted(batches: Iterator[Batch], most: int) -> Iterator[Batch]:
    rows = 0
    for batch in batches:
        rows += batch.rows
        hold("the file, for its size, gives", rows, most, "rows", "deliver each row once")
        yield batch


def _tidied(
    raw: RawFile,
    drawn: Iterator[Batch],
    wanted: Collection[str] | None,
    labels: Collection[str],
    delivery: Delivery,
) -> Iterator[Batch]:
    chosen = None if wanted is None else {*wanted, *labels}
    for batch in drawn:
        tidied = tidy(batch, chosen, delivery)
        names = tuple(batch.columns)
        meant = {n: n for n in names} if wanted is None else match_names(names, frozenset(wanted))
        for fault in batch.faults:
            if name := meant.get(fault.problem.column or ""):
                named = replace(fault, problem=replace(fault.problem, column=name))
                tell_faults([named], tidied, raw.problems)
        yield tidied


def _explained(
    error: Unreadable, path: Path, delivery: Delivery, wanted: Collection[str] | None
) -> Unreadable:
    """Why a file is unreadable: for its form, if that says more. What is no workbook has been
    called by its name."""
    if delivery.format in SHEETED and not isinstance(error, Headless):
        return error
    return find_form(path, delivery, wanted or ()) or error
