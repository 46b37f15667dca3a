"""Which file in a landing zone is a delivery, and why what else lies there is none.

Here: the one answer to that, by name and kind. Not here: what a delivery says of itself
(``extracts``), what stands in it (``readers``). ``docs/operations.md`` says the same to people.

A landing zone is walked and never globbed: no link is followed, neither at the end of a path nor
in its middle, because it could lead anywhere.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from kinhbac.data_folder import DataFolder
from kinhbac.ingest.landed_file import FOLDER, reason_of, why_no_file, why_unread
from kinhbac.ingest.landed_names import LandedNames
from kinhbac.ingest.shapes import is_harmless
from kinhbac.registry import Registry

MANIFEST_SUFFIX = ".manifest.yml"
OF_SYSTEMS = re.compile(r"(?:ehthumbs|thumbs)\.db|desktop\.ini|\.ds_store", re.IGNORECASE)
"""Names that are the same everywhere."""
NOBODYS = "belongs to no source and no agency"
LEFT_OVER = re.compile(
    r"""(?ix)
    \.  .*                                              # hidden: .DS_Store, .~lock.a.xlsx#, ._a
    | ~ \$ .*                                           # open in Word or Excel
    | (?: ehthumbs | thumbs ) \. db | desktop\.ini      # of Windows
    | .* ~ | \# .* \# | .* \. (?: bak | sw[a-z] )       # of editors
    | .* \. (?: part | partial | filepart | crdownload | download | te?mp )   # not yet whole
    | .* \. (?: lnk | url )                             # ways to a file that lies elsewhere
    """
)
"""Names that systems, editors and upload programs give, and nobody who delivers."""


def list_deliveries(zone: Path) -> Iterator[Path]:
    """The deliveries in the folders of periods below ``zone``, by their paths."""
    for path in _files_of_periods(zone):
        if why_stray(path) is None and not is_manifest(path):
            yield path


def why_stray(path: Path) -> str | None:
    """Why what lies in the folder of a period is no delivery, nor says anything of one; None if
    it is, or does, or is there no more."""
    if not _is_utf8(path):
        return "has a name that is not UTF-8"
    if LEFT_OVER.fullmatch(path.name):
        return "is what a program leaves behind, by its name"
    try:
        found = path.lstat()
    except FileNotFoundError:
        return None
    except OSError as error:
        return reason_of(error)
    why = why_no_file(found)
    return None if is_manifest(path) and why == FOLDER else why


def is_manifest(path: Path) -> bool:
    """Whether it has the name of a manifest, which says something of the file beside it."""
    return path.name.endswith(MANIFEST_SUFFIX)


def find_strays(registry: Registry, data: DataFolder) -> dict[str, str]:
    """What lies in the landing zone and nobody takes in, by its place there as it is told
    outside, and why."""
    strays: dict[Path, str] = {}
    zones = (data.landing, *(data.landing / agency for agency in registry.agencies))
    for zone in zones:
        strays |= _closed([zone])
        for path in _entries(zone):
            if path.name in registry.sources and _is_folder(path):
                strays |= _strays_of_source(path)
            elif path == data.kept:
                continue
            elif zone != data.landing or path.name not in registry.agencies:
                strays[path] = _why(path, NOBODYS)
            elif not _is_folder(path):
                strays[path] = _why(path, "is no folder")
    names, known = LandedNames(data, ""), {*registry.sources, *registry.agencies}

    def tell(part: str) -> str:
        plain = part in known or is_harmless(part) or OF_SYSTEMS.fullmatch(part)
        return part if plain else names.tell(part)

    def place(path: Path) -> str:
        there = os.fsencode(path.relative_to(data.landing)).decode("utf-8", "backslashreplace")
        return "/".join(map(tell, there.split("/")))

    return dict(sorted((place(path), why) for path, why in strays.items()))


def _strays_of_source(folder: Path) -> dict[Path, str]:
    strays = {
        path: _why(path, "lies in no folder of a period")
        for path in _entries(folder)
        if not _may_be_period(path)
    } | _closed([folder, *filter(_may_be_period, _entries(folder))])
    found = (
        (path, why_stray(path) or _why_unread(path))
        for path in _files_of_periods(folder)
        if not _is_told_with_its_file(path)
    )
    return strays | {path: why for path, why in found if why is not None}


def _closed(folders: Iterable[Path]) -> dict[Path, str]:
    """The folders among these that nobody can look into, and why."""
    closed = {}
    for folder in filter(_is_folder, folders):
        try:
            os.scandir(folder).close()
        except FileNotFoundError:
            continue
        except OSError as error:
            closed[folder] = reason_of(error)
    return closed


def _is_told_with_its_file(path: Path) -> bool:
    """Whether it is a manifest beside what it speaks of: what is wrong with it is a problem there."""
    return is_manifest(path) and os.path.lexists(str(path).removesuffix(MANIFEST_SUFFIX))


def _why_unread(path: Path) -> str | None:
    return None if is_manifest(path) or not path.exists() else why_unread(path)


def _why(path: Path, else_: str) -> str:
    """What is wrong with a thing itself; where nothing is, that it lies where it does."""
    why = why_stray(path)
    return else_ if why in (None, FOLDER) else str(why)


def _files_of_periods(zone: Path) -> Iterator[Path]:
    if _is_folder(zone):
        for period in _entries(zone):
            if _may_be_period(period):
                yield from _entries(period)


def _entries(folder: Path) -> list[Path]:
    """What lies in a folder, in the order of names; nothing where it is none, or is gone."""
    try:
        return sorted(Path(entry) for entry in os.scandir(folder)) if _is_folder(folder) else []
    except OSError:  # what may not be looked into is told as such (``_closed``)
        return []


def _is_folder(path: Path) -> bool:
    """Whether it is a folder itself, and no link to one."""
    try:
        return path.is_dir() and not path.is_symlink()
    except OSError:  # it lies in a folder that nobody can look into
        return False


def _may_be_period(path: Path) -> bool:
    return _is_folder(path) and not LEFT_OVER.fullmatch(path.name)


def _is_utf8(path: Path) -> bool:
    """Whether the name can be written down, in a table or in a message."""
    try:
        path.as_posix().encode()
    except UnicodeEncodeError:
        return False
    return True
