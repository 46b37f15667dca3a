"""Extracts in the landing zones: what was delivered, for which period, when.

Here: what deliveries say of themselves by place, name and manifest. Not here: which files are
deliveries (``landing_zone``), what is inside them (``readers``).

A landing zone holds ``<source>/<period>/<file>``, and ``<AGENCY>/<source>/<period>/<file>``
where each agency has a folder of its own. A file name may begin with the day it was
received (``2026-10-12_bieu-01.xlsx``), which git and copying cannot lose; if it does not,
the file's own time counts. A manifest beside it (``<file>.manifest.yml``) may say which
agency sends it and how settled its figures are. A line past 200 because place, name and manifest
say together what one delivery is.
"""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from pathlib import Path

from pydantic import Field, TypeAdapter

from kinhbac.calendar import HANOI
from kinhbac.data_folder import DataFolder
from kinhbac.ingest.arrival import is_at_rest, read_promise, was_renamed
from kinhbac.ingest.disclosure import tell_manifest
from kinhbac.ingest.landed_file import State, hash_settled, open_landed, reason_of
from kinhbac.ingest.landed_names import LandedNames
from kinhbac.ingest.landing_zone import MANIFEST_SUFFIX, list_deliveries
from kinhbac.periods import Period
from kinhbac.problems import Problem
from kinhbac.registry import Registry
from kinhbac.registry.declared.entries import AgencyCode, Entry, Vintage
from kinhbac.yaml_document import read_yaml
from kinhbac.yaml_models import validate

_RECEIVED = re.compile(r"(\d{4}-\d{2}-\d{2})_", re.ASCII)


@dataclass(frozen=True)
class Extract:
    """One delivered file, for one source and one period, kept as delivered for ever.

    ``period_label`` and ``name`` are its folder and its file as they are told outside; it
    ``is_whole`` when its manifest or its upload names its hash, ``is_kept`` where bytes that are kept of what was
    accepted are read again: who laid it down was judged when it came. ``state`` is that in which its
    file has that hash, if it is known.
    """

    source: str
    period_label: str
    path: Path
    received: date
    sha256: str
    agency: str | None = None
    vintage: Vintage | None = None
    faults: tuple[Problem, ...] = ()
    name: str = ""
    is_whole: bool = False
    is_kept: bool = False
    state: State | None = field(default=None, compare=False)

    @property
    def extract(self) -> str:
        """The key of an extract: source, period, and the first 12 digits of its hash."""
        return f"{self.source}/{self.period_label}/{self.sha256[:12]}"

    @property
    def is_proven(self) -> bool:
        """Whether where it lies proves who laid it down: in an agency's own folder, where its rights or
        the token of an upload let nobody else write; or in the registry, which is reviewed."""
        if self.is_kept or self.path.parts[-3] == "extracts":
            return True
        own = self.path.parents[2]
        try:
            return own.name == self.agency and not own.stat().st_mode & stat.S_IWOTH
        except OSError:  # it is gone since it was listed
            return False

    @property
    def period(self) -> Period:
        """The period that the folder names. Raises ValueError if it names none."""
        return Period.parse(self.period_label)

    @property
    def place(self) -> str:
        """How messages call the file: source, period and name."""
        return f"{self.source}/{self.period_label}/{self.name or self.path.name}"

    @property
    def delivery(self) -> tuple[str, str | None, str | None, str]:
        """What must be the same for two files to be one delivery, beside their bytes."""
        return self.received.isoformat(), self.agency, self.vintage, self.path.name


class Manifest(Entry):
    """``<file>.manifest.yml``: what a delivery says of itself."""

    agency: AgencyCode | None = None
    vintage: Vintage | None = None
    sha256: str | None = Field(None, pattern=r"^[0-9a-f]{64}$")
    bytes: int | None = Field(None, ge=0)
    note: str | None = None


MANIFEST = TypeAdapter(Manifest)
NAME = "name"
"""The check of a file that by its name was received on no day."""
LARGEST_MANIFEST = 10_000
LONGEST_NAME = 255
"""Bytes of a file's name, in all common file systems."""


def find_extracts(registry: Registry, data: DataFolder, source: str) -> list[Extract]:
    """All extracts of ``source``, as ``tell_apart`` finds them in every landing zone."""
    return tell_apart(registry, find_deliveries(registry, data, source))


def tell_apart(registry: Registry, deliveries: Iterable[Extract]) -> list[Extract]:
    """The extracts among deliveries, oldest first.

    The same bytes for the same period are one extract; of two agencies that send them the
    owner's counts, then the one that came first.
    """
    found: dict[str, Extract] = {}
    for extract in deliveries:
        known = found.setdefault(extract.extract, extract)
        if _rank(registry, extract) < _rank(registry, known):
            found[extract.extract] = extract
    return sorted(found.values(), key=lambda e: (e.period_label, e.received, e.path.name))


def find_deliveries(registry: Registry, data: DataFolder, source: str) -> list[Extract]:
    """Every file of ``source`` that has arrived, also where several hold the same bytes.

    Real extracts that the project ships lie in ``sources/<source>/extracts``; what
    arrives lies in ``data/landing``.
    """
    return [one for one in _find_landed(registry, data, source) if _has_arrived(one, data)]


def find_arriving(registry: Registry, data: DataFolder, since: float) -> list[Extract]:
    """The files of all sources that somebody was perhaps still uploading ``since`` seconds ago,
    when a night began to look for what has arrived."""
    if not data.rest:
        return []
    then = replace(data, rest=data.rest + since)
    landed = (one for key in registry.sources for one in _find_landed(registry, data, key))
    return [one for one in landed if not _has_arrived(one, then)]


def _has_arrived(extract: Extract, data: DataFolder) -> bool:
    path = extract.path
    if extract.is_whole or not path.is_relative_to(data.landing):
        return True
    return is_at_rest(path, data.rest) or was_renamed(path, data)


def _find_landed(registry: Registry, data: DataFolder, source: str) -> list[Extract]:
    shipped = registry.folder_of(source) / "extracts"
    zones: list[tuple[Path, str | None]] = [(shipped, None), (data.landing / source, None)]
    zones += [
        (data.landing / agency / source, agency)
        for agency in registry.agencies
        if not (data.landing / agency).is_symlink()
    ]
    names = LandedNames(data, source)
    return [
        extract
        for zone, agency in zones
        for extract in _found(registry, source, zone, agency, None if zone == shipped else names)
    ]


def _found(
    registry: Registry, source: str, zone: Path, agency: str | None, names: LandedNames | None
) -> Iterator[Extract]:
    """The deliveries in one zone, called as they are told outside where that may be other."""
    for path in list_deliveries(zone):
        try:
            extract = _delivered(registry, source, path, agency)
        except OSError:  # it cannot be read, and is a stray; or is gone
            continue
        yield _as_told(extract, names) if names else extract


def _rank(registry: Registry, extract: Extract) -> tuple[bool, bool, bool, date]:
    asked = registry.sources[extract.source].delivery.delivered_by == "proven"
    owner = registry.owner_of(extract.source, extract.received)
    stranger = extract.agency is not None and extract.agency != owner
    return stranger, asked and not extract.is_proven, bool(extract.faults), extract.received


def _as_told(extract: Extract, names: LandedNames) -> Extract:
    """The extract, called as it is outside the landing zone, also by the faults of its manifest."""
    told = replace(
        extract,
        period_label=names.tell_folder(extract.period_label),
        name=names.tell(extract.path.name),
    )
    place = f"{told.place}{MANIFEST_SUFFIX}"
    faults = (
        replace(fault, file=told.place)
        if fault.check == NAME
        else replace(tell_manifest(fault), file=place)
        for fault in told.faults
    )
    return replace(told, faults=tuple(faults))


def _delivered(registry: Registry, source: str, path: Path, folder: str | None) -> Extract:
    with open_landed(path) as file:
        period, (digest, state) = path.parent.name, hash_settled(file)
        size, promised = os.fstat(file.fileno()).st_size, read_promise(file.fileno())
        received, faults = received_on(path)
    faults = tuple(replace(fault, file=f"{source}/{period}/{path.name}") for fault in faults)
    extract = Extract(
        source,
        period,
        path,
        received,
        digest,
        folder,
        faults=faults,
        is_whole=promised == digest,
        state=state,
    )
    beside = manifest_of(path)
    if beside is None:
        return extract
    place = f"{source}/{period}/{beside.name}"
    if fault := _fault_of(beside, place):
        return replace(extract, faults=(*faults, fault))
    document = read_yaml(beside, place)
    problems = [*faults, *document.problems]
    rule = "a manifest has agency, vintage, sha256, bytes and note"
    manifest = validate(MANIFEST, document, problems, rule) or Manifest()
    if manifest.agency and manifest.agency not in registry.agencies:
        unknown = Problem(
            "the manifest names an agency that is not known",
            "every agency stands in agencies.yml",
            "correct it",
            value=manifest.agency,
        )
        problems.append(document.place(("agency",), unknown))
        manifest = manifest.model_copy(update={"agency": None})
    for name, said, known, remedy in (
        ("sha256", manifest.sha256, digest, "deliver the file again, whole"),
        ("bytes", manifest.bytes, size, "deliver the file again, whole"),
        ("agency", manifest.agency, folder, "deliver it in the folder of the agency that sends it"),
    ):
        if None not in (said, known) and said != known:
            problems.append(
                document.problem(
                    (name,),
                    f"the manifest says {said}, the delivery {known}",
                    "a manifest tells the truth about its file",
                    remedy,
                )
            )
    return replace(
        extract,
        agency=folder or manifest.agency,
        vintage=manifest.vintage,
        faults=tuple(problems),
        is_whole=digest in (manifest.sha256, promised),
    )


def _fault_of(manifest: Path, place: str) -> Problem | None:
    """Why a manifest is not looked into."""
    try:
        with open_landed(manifest) as file:
            size = os.fstat(file.fileno()).st_size
    except OSError as error:
        rule = "a manifest is a file that can be read"
        remedy = "put it there as a file of its own that may be read, or take it away"
        return Problem(f"it {reason_of(error)}", rule, remedy, place)
    if size <= LARGEST_MANIFEST:
        return None
    return Problem(
        f"it has {size:,} bytes",
        f"a manifest has at most {LARGEST_MANIFEST:,}",
        "write its five fields, no more",
        place,
    )


def manifest_of(path: Path) -> Path | None:
    """The manifest beside a delivered file; a name too long for one has none."""
    name = path.name + MANIFEST_SUFFIX
    beside = path.with_name(name)
    return beside if len(name.encode()) <= LONGEST_NAME and beside.is_file() else None


def received_on(path: Path) -> tuple[date, tuple[Problem, ...]]:
    """The day in the file's name, else the file's own time in Hà Nội; a name that begins with a
    day of no calendar is a problem."""
    own = datetime.fromtimestamp(path.lstat().st_mtime, UTC).astimezone(HANOI).date()
    try:
        return day_named(path.name) or own, ()
    except ValueError:
        return own, (
            Problem(
                f"the name begins with {path.name[:10]}, and there is no such day",
                "the file's name begins with the day on which it was received",
                "correct the day in the file's name",
                check=NAME,
            ),
        )


def day_named(name: str) -> date | None:
    """The day with which a file's name begins, or None. Raises ValueError for one of no calendar."""
    match = _RECEIVED.match(name)
    return date.fromisoformat(match[1]) if match else None
