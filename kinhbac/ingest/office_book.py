"""A packed workbook (.xlsx, .xlsm): which sheets it has, and what they share.

Here: its parts and how they refer to each other, texts, number formats, the day from which it
counts, whether its formulas are to be calculated anew. Not here: cells (``office_sheets``), parts
as such (``packed_parts``).

A well-kept reader of values (calamine) drops what decides whether a value is one: errors, formulas
without a value, number formats, raised characters, hidden rows. A second look beside it would have
to agree with it cell by cell, so the workbook is read once, here, by the roles that its parts have
(ECMA-376) and not by their names or the writing of their XML, which each producer chooses.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from posixpath import join, normpath, split

from kinhbac.ingest.limits import Unreadable
from kinhbac.ingest.number_formats import BUILT_IN, NumberFormat, read_format
from kinhbac.ingest.office_sheets import Shared, read_office_sheet
from kinhbac.ingest.packed_parts import Parts
from kinhbac.ingest.runs import Runs
from kinhbac.ingest.sheet_cells import EPOCH_1900, EPOCH_1904, Noted, Sheet, Tab

MAIN = "officeDocument"
TRUE = ("1", "true", "on")


@dataclass(frozen=True)
class _Part:
    """A part as another one refers to it: its role and its name."""

    role: str
    name: str


class OfficeBook:
    """A workbook whose parts are XML. Raises Unreadable where it is of the binary kind (.xlsb)."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        main = next((p.name for p in _related(parts, "").values() if p.role == MAIN), "")
        if main.endswith(".bin"):
            raise Unreadable(
                "the workbook is of the binary kind (.xlsb)",
                "workbooks are .xlsx, .xls or .ods",
                "save it as .xlsx",
            )
        self._related = _related(parts, main)
        self._sheets: dict[Tab, str] = {}
        self._epoch, self._stale = EPOCH_1900, False
        told = {"sheet": self._list, "workbookPr": self._count_from, "calcPr": self._ask}
        parts.tell_all(main, told)

    @property
    def tabs(self) -> Sequence[Tab]:
        """Its sheets in their order."""
        return tuple(self._sheets)

    def read(self, tab: Tab, decimal: str) -> Sheet:
        """Read a sheet, its numbers with this ``decimal`` mark. Raises Unreadable."""
        shared = Shared(self._texts(), self._formats(), self._epoch, self._stale, decimal)
        return read_office_sheet(self._parts, self._sheets[tab], tab.name, shared)

    def _list(self, attributes: dict[str, str]) -> None:
        key = next((v for k, v in attributes.items() if k.endswith("\nid")), "")
        part = self._related.get(key, _Part("", ""))
        shown = attributes.get("state", "visible") == "visible"
        tab = Tab(attributes.get("name", ""), shown, part.role == "worksheet")
        self._sheets[tab] = part.name

    def _count_from(self, attributes: dict[str, str]) -> None:
        if attributes.get("date1904") in TRUE:
            self._epoch = EPOCH_1904

    def _ask(self, attributes: dict[str, str]) -> None:
        self._stale = attributes.get("fullCalcOnLoad") in TRUE

    def _named(self, role: str) -> str | None:
        names = (part.name for part in self._related.values() if part.role == role)
        return next((name for name in names if name in self._parts), None)

    def _texts(self) -> list[str | Noted]:
        texts: list[str | Noted] = []
        if part := self._named("sharedStrings"):
            self._parts.hold_texts(part)
            runs = Runs()
            ends = {**runs.ends, "si": lambda _: texts.append(runs.take())}
            self._parts.tell_all(part, runs.starts, ends)
        return texts

    def _formats(self) -> list[NumberFormat | None]:
        part = self._named("styles")
        codes, keys = dict(BUILT_IN), list[int]()
        within = [False]

        def name(attributes: dict[str, str]) -> None:
            codes[int(attributes.get("numFmtId", 0))] = attributes.get("formatCode", "")

        def refer(attributes: dict[str, str]) -> None:
            if within[-1]:
                keys.append(int(attributes.get("numFmtId", 0)))

        starts = {"numFmt": name, "xf": refer, "cellXfs": lambda _: within.append(True)}
        if part:
            self._parts.tell_all(part, starts, {"cellXfs": lambda _: within.append(False)})
        return [read_format(codes.get(key, "")) for key in keys]


def _related(parts: Parts, name: str) -> dict[str, _Part]:
    """The parts to which a part refers, by the key that it uses; "" is the workbook as a whole."""
    folder, file = split(name)
    found: dict[str, _Part] = {}

    def refer(attributes: dict[str, str]) -> None:
        if attributes.get("TargetMode") != "External":
            target = attributes.get("Target", "")
            path = target[1:] if target.startswith("/") else normpath(join(folder, target))
            role = attributes.get("Type", "").rpartition("/")[2]
            found[attributes.get("Id", "")] = _Part(role, path)

    parts.tell_all(join(folder, "_rels", f"{file}.rels"), {"Relationship": refer})
    return found
