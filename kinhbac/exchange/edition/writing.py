"""The files of an edition, all of them, in a new folder.

Here: which there are and in which order. Not here: what stands in them (beside this module), whether
they may leave (``kinhbac.checks.opened``), sealing (``kinhbac.release.editions``).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

from kinhbac.data_folder import hash_of_code
from kinhbac.exchange.catalogue import write_catalogue
from kinhbac.exchange.edition.descriptor import write_descriptor
from kinhbac.exchange.edition.facts import Facts, Indicator, read_facts
from kinhbac.exchange.edition.history import CHANGES, find_changes
from kinhbac.exchange.edition.pages import write_pages
from kinhbac.exchange.edition.selection import Selection
from kinhbac.exchange.edition.tables import DATA, write_table, write_tables
from kinhbac.exchange.edition.texts import write_texts
from kinhbac.exchange.edition.workbooks import meaning_of, write_workbook
from kinhbac.exchange.sdmx.messages import write_sdmx
from kinhbac.taken_over import Former, NewFolder, fingerprint
from kinhbac.words.catalogue import CODES


@dataclass(frozen=True)
class Before:
    """The edition before, and the days of all editions."""

    former: Former | None = None
    days: Sequence[tuple[int, date, int]] = ()


@dataclass(frozen=True)
class Written:
    """What came of it: origins of the files that can be taken over, the days of all editions."""

    origins: Mapping[str, str]
    days: Sequence[tuple[int, date, int]]


def write_edition(selection: Selection, edition: int, folder: Path, before: Before) -> Written:
    """Write edition number ``edition`` of what is open into ``folder``, which is made.

    The same selection gives the same bytes; a page or workbook that ``before`` has is taken over.
    """
    folder.mkdir()
    facts = read_facts(selection)
    days = [(edition, facts.as_of, len(facts.indicators)), *before.days]
    changes = find_changes(facts, edition, before.former.folder if before.former else None)
    made = NewFolder(folder, before.former)
    write_tables(facts, made)
    write_table(changes, made, CHANGES)
    _write_workbooks(facts, made)
    write_descriptor(facts, edition, folder)
    write_texts(facts, edition, changes, days, folder)
    write_pages(facts, edition, made)
    write_sdmx(selection.registry, selection.warehouse, folder / "sdmx")
    catalogue = folder / "catalogue"
    catalogue.mkdir()
    write_catalogue(selection.registry, selection.warehouse, catalogue, files=folder, site="")
    return Written(made.origins, days)


def _write_workbooks(facts: Facts, made: NewFolder) -> None:
    """Each workbook, unless the one before is made of the same table and the same words."""
    common = f"{hash_of_code()} {facts.areas.write_csv()} {facts.categories.write_csv()}"
    for one in facts.indicators:
        said = [meaning_of(facts, one, code) for code in CODES]
        origin = fingerprint(
            f"{common} {said} {one.row['synthetic']} {one.row['decimals']} {one.cells.write_csv()}"
        )
        made.write(f"{DATA}/{one.key}.xlsx", origin, partial(_workbook, facts, one))


def _workbook(facts: Facts, one: Indicator) -> bytes:
    with TemporaryDirectory() as aside:
        path = Path(aside) / "book.xlsx"
        write_workbook(facts, one, path)
        return path.read_bytes()
