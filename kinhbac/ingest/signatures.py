"""What a file is by its first bytes, whatever its name says.

Here: packed files, workbooks and papers that are delivered as text or Parquet, named. Not here:
text in another encoding (``delimited_text``), workbooks that are wanted (``workbooks``).
"""

from __future__ import annotations

import zipfile
from pathlib import Path

from kinhbac.ingest.limits import Unreadable
from kinhbac.registry.declared.contract import Delivery

UNPACK = "unpack it and deliver the file that is in it"
SAVE = "save it in the promised form, or correct «format» in the contract"
SIGNATURES: dict[bytes, tuple[str, str]] = {
    b"PK\x03\x04": ("a zip archive", UNPACK),
    b"PK\x05\x06": ("a zip archive that holds nothing", UNPACK),
    b"\x1f\x8b": ("packed by gzip", UNPACK),
    b"BZh": ("packed by bzip2", UNPACK),
    b"\xfd7zXZ\x00": ("packed by xz", UNPACK),
    b"\x28\xb5\x2f\xfd": ("packed by zstd", UNPACK),
    b"7z\xbc\xaf\x27\x1c": ("a 7-Zip archive", UNPACK),
    b"Rar!\x1a\x07": ("a RAR archive", UNPACK),
    b"%PDF-": ("a PDF document", SAVE),
    b"{\\rtf": ("a text document (.rtf)", SAVE),
    b"SQLite f": ("a database (SQLite)", SAVE),
    b"\x89PNG": ("a picture", SAVE),
    b"\xff\xd8\xff": ("a picture", SAVE),
    b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1": ("a workbook or document of an older Office", SAVE),
    b"PAR1": ("a Parquet file", SAVE),
}
"""First bytes: what begins so, and what is to be done."""
INSIDE = {
    "xl/workbook.xml": "a workbook (.xlsx)",
    "xl/workbook.bin": "a workbook (.xlsb)",
    "word/document.xml": "a Word document",
    "content.xml": "an OpenDocument file",
}
"""Members by which archives are known that people do not call archives."""
WORKBOOKS = ("xlsx", "xls")


def prove_form(path: Path, delivery: Delivery) -> None:
    """Raises Unreadable for what is certainly not of the promised format, and names it."""
    if delivery.format in WORKBOOKS:
        return
    with path.open("rb") as file:
        first = file.read(8)
    if delivery.format == "parquet" and first.startswith(b"PAR1"):
        return
    for signature, (what, remedy) in SIGNATURES.items():
        if first.startswith(signature):
            inside = _inside(path) if signature.startswith(b"PK") else None
            raise Unreadable(
                f"this is {inside or what}",
                f"the contract promises {delivery.format}",
                SAVE if inside else remedy,
            )


def _inside(path: Path) -> str | None:
    try:
        with zipfile.ZipFile(path) as archive:
            members = set(archive.namelist())
    except (zipfile.BadZipFile, ValueError, OSError):
        return None
    return next((what for member, what in INSIDE.items() if member in members), None)
