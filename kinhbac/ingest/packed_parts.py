"""The parts of a packed workbook (.xlsx, .ods): how large they unpack, and their XML.

Here: parts by name, their sizes proved before anything is read, XML told tag by tag. Not here: what
the XML means (``office_book``, ``office_sheets``, ``open_document_sheets``).

A part that unpacks without end would take all memory, so what the directory says is asked first;
where that could be a lie, a part is unpacked and counted without being kept. XML is parsed by expat
as it is unpacked, so that no more of it than a cell is in memory, and names are told without their
namespace's prefix, which every producer chooses as it likes. Past 200
lines because a part is proved where it is opened.
"""

from __future__ import annotations

import re
import zipfile
import zlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Self
from xml.parsers import expat

from kinhbac.ingest.limits import LINE, MEBIBYTE, PART, TEXTS, WORKBOOK, Unreadable, hold

PIECE = MEBIBYTE
MOST_DEFLATED = 1032
"""Bytes that one byte can unpack to, by the format."""
_USUAL = re.compile(
    r"xl/(worksheets/sheet\d{1,4}|sharedStrings|styles|workbook)\.xml|(content|styles|meta)\.xml"
    r"|\[Content_Types\]\.xml|(xl/)?_rels/(workbook\.xml)?\.rels",
    re.IGNORECASE,
)
"""Parts that have their names of the format, and not of whoever made the file."""
SMALLER = "save it anew in a spreadsheet program, without what is not asked for"
ANEW = "open it in a spreadsheet program and save it anew"
Starts = Mapping[str, Callable[[dict[str, str]], None]]
"""What is told that an element of this name begins, with its attributes."""
Begin = Callable[[str, dict[str, str]], None]
Text = Callable[[str], None]
Finish = Text
Ends = Mapping[str, Text]
"""What is told that an element of this name ends, with the text in it since the last tag."""


class Parts:
    """The parts of a packed workbook. Their names are told apart without regard to case."""

    def __init__(self, packed: zipfile.ZipFile) -> None:
        self._packed = packed
        self._parts = {part.filename.replace("\\", "/").lower(): part for part in packed.infolist()}

    @classmethod
    @contextmanager
    def opened(cls, path: Path) -> Iterator[Self]:
        """The parts of the file at ``path``, proved to be of a size that can be read.

        Raises Unreadable for parts that are too large, spoilt or locked.
        """
        try:
            with zipfile.ZipFile(path) as packed:
                parts = cls(packed)
                parts._prove()
                yield parts
        except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError) as error:
            raise _spoilt(f"{error}") from None

    def __contains__(self, name: str) -> bool:
        return name.lower() in self._parts

    def read(self, name: str) -> bytes:
        """A small part, whole. Raises Unreadable where there is none."""
        part = self._find(name)
        hold(f"{_called(part)} of the workbook has", part.file_size, PIECE, "bytes", ANEW)
        return self._packed.read(part)

    def hold_texts(self, name: str) -> None:
        """Raises Unreadable where the part that holds the texts of all sheets is too large."""
        self._prove_part(self._find(name), TEXTS)

    def size_of(self, name: str) -> int:
        """Bytes to which a part unpacks."""
        return self._find(name).file_size

    def count(self, name: str, beginning: bytes, most: int) -> int:
        """How often ``beginning`` stands in a part, counted no further than just past ``most``:
        many times as fast as parsing it."""
        found, rest = 0, b""
        with self._packed.open(self._find(name)) as xml:
            while (piece := xml.read(PIECE)) and found <= most:
                found += (rest + piece).count(beginning)
                rest = piece[1 - len(beginning) :]
        return found

    def parse(self, name: str, begin: Begin, finish: Finish, said: list[str]) -> Iterator[None]:
        """Parse the XML of a part, a piece for each turn of the caller.

        ``begin`` and ``finish`` are told the whole name of an element that begins or ends (its
        namespace, a line break, its local name); text is added to ``said``, to be taken or cleared
        by them. Raises Unreadable for what is no XML, or defines what other XML means (a DTD).
        """
        part = self._find(name)
        parser = expat.ParserCreate(namespace_separator="\n")
        parser.buffer_text = True
        parser.StartElementHandler = begin
        parser.EndElementHandler = finish
        parser.CharacterDataHandler = said.append
        parser.StartDoctypeDeclHandler = _refuse
        try:
            with self._packed.open(part) as xml:
                while piece := xml.read(PIECE):
                    parser.Parse(piece, False)
                    length = sum(map(len, said))
                    hold("a text of the workbook has", length, LINE, "characters", ANEW)
                    yield
                parser.Parse(b"", True)
                yield
        except (expat.ExpatError, LookupError, ValueError) as error:
            raise _spoilt(f"{_called(part)} is no XML: {error}") from None

    def tell(
        self, name: str, starts: Starts, ends: Ends | None = None, between: Text | None = None
    ) -> Iterator[None]:
        """Parse a part and tell each element by its local name, a piece for each turn.

        ``between`` is told the text that stands before an element that begins.
        """
        said: list[str] = []
        begins, finishes = Locally(starts), Locally(ends or {})

        def begin(name: str, attributes: dict[str, str]) -> None:
            if said:
                if between:
                    between("".join(said))
                said.clear()
            begins[name](attributes)

        def finish(name: str) -> None:
            text = "".join(said)
            said.clear()
            finishes[name](text)

        return self.parse(name, begin, finish, said)

    def tell_all(self, name: str, starts: Starts, ends: Ends | None = None) -> None:
        """The same, to the end of the part."""
        for _ in self.tell(name, starts, ends):
            pass

    def _find(self, name: str) -> zipfile.ZipInfo:
        part = self._parts.get(name.lower())
        if part is None:
            raise _spoilt("it names a part that it does not hold")
        return part

    def _prove(self) -> None:
        parts = self._packed.infolist()
        if any(part.flag_bits & 1 for part in parts):
            raise Locked
        total = sum(part.file_size for part in parts)
        hold("the workbook unpacks to", total, WORKBOOK, "bytes", SMALLER)
        for part in parts:
            self._prove_part(part, PART)

    def _prove_part(self, part: zipfile.ZipInfo, limit: int) -> None:
        what = f"{_called(part)} of the workbook unpacks to"
        hold(what, part.file_size, limit, "bytes", SMALLER)
        if part.compress_size * MOST_DEFLATED > limit:
            hold(what, _unpacked(self._packed, part, limit), limit, "bytes", SMALLER)


class Locked(Unreadable):
    """The file can be opened with a password only."""

    def __init__(self) -> None:
        super().__init__(
            "the workbook is protected by a password",
            "a delivery can be read by whoever receives it",
            "save it without a password",
        )


class Locally(dict[str, Callable[[Any], None]]):
    """What is told of elements, by their whole names, of which the local part counts: prefixes and
    editions of a namespace are as many as there are producers."""

    def __init__(self, told: Mapping[str, Callable[[Any], None]]) -> None:
        super().__init__()
        self._told = told

    def __missing__(self, name: str) -> Callable[[Any], None]:
        self[name] = found = self._told.get(name.rpartition("\n")[2], _pass)
        return found


def _pass(_told: object) -> None:
    return


def _refuse(*_declared: object) -> None:
    raise _spoilt("its XML declares a document type, which no workbook does")


def _spoilt(found: str) -> Unreadable:
    return Unreadable(
        f"the workbook cannot be opened: {found}",
        "a file that is delivered as a workbook is a whole workbook",
        ANEW,
    )


def _called(part: zipfile.ZipInfo) -> str:
    """A part by its name, if that is one that programs give."""
    named = part.filename if _USUAL.fullmatch(part.filename) else "of a name of its own"
    return f"the part {named}"


def _unpacked(book: zipfile.ZipFile, part: zipfile.ZipInfo, limit: int) -> int:
    """Bytes to which a part unpacks, counted no further than just past the limit."""
    if part.compress_type == zipfile.ZIP_STORED:
        return part.compress_size
    if part.compress_type != zipfile.ZIP_DEFLATED:
        raise Unreadable(
            f"{_called(part)} of the workbook is packed in a way of its own",
            "a workbook is packed by deflation",
            SMALLER,
        )
    assert book.fp
    book.fp.seek(part.header_offset)
    header = book.fp.read(30)
    book.fp.seek(
        int.from_bytes(header[26:28], "little") + int.from_bytes(header[28:30], "little"), 1
    )
    left, count, stream = part.compress_size, 0, zlib.decompressobj(-zlib.MAX_WBITS)
    while left > 0 and count <= limit and not stream.eof:
        packed = book.fp.read(min(left, PIECE))
        left -= len(packed)
        while packed and count <= limit:
            count += len(stream.decompress(packed, PIECE))
            packed = stream.unconsumed_tail
    return count
