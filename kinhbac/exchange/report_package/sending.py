"""Sending a period to the Government: the package, its proof, its receipt.

Here: under which number it goes, and that nothing is lost by a kill: the sending is
kept in the data folder first, whole, and handed over from there; calling again hands it over
again. Not here: what is in it (``contents``), whether it may go (``concerns``), whoever carries it to the Government.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import Any

from kinhbac.checksums import SUMS
from kinhbac.data_folder import DataFolder
from kinhbac.documents.archives import packed
from kinhbac.exchange.report_package.comparison import find_changes, find_rewritten
from kinhbac.exchange.report_package.concerns import find_unaccepted
from kinhbac.exchange.report_package.contents import CONCERNS, Contents, read_contents
from kinhbac.exchange.report_package.cover_sheet import write_cover_sheet
from kinhbac.exchange.report_package.mapping import Mapping as Names
from kinhbac.exchange.report_package.mapping import read_mapping
from kinhbac.exchange.report_package.messages import write_json, write_xml
from kinhbac.exchange.report_package.reading import (
    MAPPING,
    find_unlike,
    read_files,
    read_package,
    sums_of,
)
from kinhbac.exchange.report_package.receipts import Receipt, hand_over, keep_receipt, read_receipts
from kinhbac.exchange.report_package.schemas import json_schema, xml_schema
from kinhbac.periods import Period
from kinhbac.problems import Problem, ProblemsFound

COVER = "cover.docx"


@dataclass(frozen=True)
class Sent:
    """What came of sending: the receipt, the folder handed over, what changed since before.

    ``again``: nothing had changed, neither figures nor the names they are told in, and the sending
    before was handed over once more.
    """

    receipt: Receipt
    folder: Path
    changes: list[dict[str, Any]]
    again: bool


def send(
    data: DataFolder,
    warehouse: Path,
    period: Period,
    to: Path,
    despite: Collection[str],
    today: date,
) -> Sent:
    """Hand the package of ``period`` over as a folder inside ``to``, and keep its receipt.

    ``warehouse``: of the release that is reported; ``despite``: those of DESPITE that whoever
    sends it accepts (``concerns``). Raises ProblemsFound for what is not accepted, a period without
    a code, a folder that holds something else, and a package that does not read back as the
    release.
    """
    names = read_mapping()
    last = next(iter(reversed(read_receipts(data, period))), None)
    contents = read_contents(warehouse, names, period, last.release if last else None)
    if problems := find_unaccepted(contents, last, despite):
        raise ProblemsFound(f"the report of {period.label} was not sent", problems)
    changes: list[dict[str, Any]] = []
    if last:
        before = read_package(last.package)
        changes = [
            *find_changes(before.rows, contents.rows, contents.causes),
            *find_rewritten(before.header, contents.header, before.mapping == names),
        ]
        if not changes:
            return Sent(last, hand_over(last, to), [], again=True)
    number = last.number + 1 if last else 1
    files = _write(names, contents, number, changes, last)
    said = _receipt(contents, number, files, changes, despite, today)
    receipt = keep_receipt(data, period, number, said, packed(files))
    return Sent(receipt, hand_over(receipt, to), changes, again=False)


def _write(
    names: Names, contents: Contents, number: int, changes: list[dict[str, Any]],
    last: Receipt | None,
) -> dict[str, bytes]:  # fmt: skip
    """The files of the package by their paths, proven to say what the release says."""
    header = contents.header | {"sending": number}
    rows = contents.rows | ({"changes": changes} if last else {})
    files = {}
    for key, own in rows.items():
        message = names.messages[key]
        files[f"{key}.xml"] = write_xml(names, message, header, own)
        files[f"{key}.json"] = write_json(names, message, header, own)
        files[f"schema/{key}.xsd"] = xml_schema(names, message)
        files[f"schema/{key}.schema.json"] = json_schema(names, message)
    since = (last.number, last.release) if last else None
    files[COVER] = write_cover_sheet(contents, number, changes, since)
    files[MAPPING] = names.text.encode()
    files[SUMS] = sums_of(files)
    if unlike := find_unlike(read_files(files), rows):
        problems = [
            Problem(
                file=key,
                found="read back, it does not say what the release says",
                rule="a package is proven before it is sent",
                remedy="report this",
            )
            for key in unlike
        ]
        raise ProblemsFound(f"the report of {contents.period.label} was not sent", problems)
    return files


def _receipt(
    contents: Contents,
    number: int,
    files: Mapping[str, bytes],
    changes: list[dict[str, Any]],
    despite: Collection[str],
    today: date,
) -> dict[str, Any]:
    header = contents.header
    name = f"{header['sender']}-{header['period_code']}-{number}"
    cover = contents.rows["cover"]
    return {
        "name": name,
        "period": contents.period.label,
        "sending": number,
        "release": header["release"],
        "as_of": header["as_of"].isoformat(),
        "sent_on": today.isoformat(),
        "receiver": header["receiver"],
        "indicators": len(contents.rows["indicator_set"]),
        "figures": len(contents.rows["indicator_data"]),
        "concerns": {
            concern: sum(row["figures"] for row in cover if row["concern"] == concern)
            for concern in CONCERNS
        },
        "despite": sorted(despite),
        "changes": dict(sorted(Counter(row["change"] for row in changes).items())),
        "files": {path: sha256(content).hexdigest() for path, content in files.items()},
    }


def describe(sent: Sent) -> list[str]:
    """What came of it, in lines for whoever sends."""
    said = sent.receipt.said
    lines = [
        f"{said['period']}, sending {said['sending']}, from release {said['release']}: "
        f"{said['figures']} figures, {said['indicators']} indicators in the set; read back, they "
        "say what the release says"
    ]
    told = {concern: count for concern, count in said["concerns"].items() if count}
    if told:
        lines.append("of them " + ", ".join(f"{count} {name}" for name, count in told.items()))
    if sent.again:
        lines.append(
            f"nothing has changed since {sent.receipt.sent_on:%d/%m/%Y}: handed over again"
        )
    elif said["sending"] > 1:
        counts = ", ".join(f"{count} {name}" for name, count in said["changes"].items())
        lines.append(f"changed since sending {said['sending'] - 1}: {counts}")
    return [*lines, f"{sent.folder}; receipt: {sent.receipt.folder}"]
