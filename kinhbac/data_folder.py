"""Where files live, and how they come to be there whole.

Here: the data folder's layout, atomic writing, fingerprints of code. Not here: what
the files mean. Everything that kinhbac writes lies under one folder, ``data/`` or
``$KINHBAC_DATA``. Past 200 lines because every folder has its line and its reason.
"""

from __future__ import annotations

import filecmp
import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache, lru_cache
from hashlib import sha256
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent
SOURCES = Path(os.environ.get("KINHBAC_SOURCES") or PROJECT / "sources").resolve()
"""The registry: of this checkout, or where ``$KINHBAC_SOURCES`` says."""
DBT_PROJECT = PROJECT / "dbt_project"
EXPECTATIONS = PROJECT / "expectations"
MADE = PROJECT / ".made"
"""What takes seconds to make and only the installed packages decide, for every data folder."""
CODE = {".py", ".sql", ".yml", ".md", ".json", ".toml", ".html", ".txt", ".css", ".js", ".svg"}
"""Suffixes of files that decide what is computed, checked or shown; what columns mean is Markdown."""
LEFT_BESIDE = {"__pycache__", "target", "logs"}
"""Folders that Python and dbt leave beside code, whenever somebody runs them there."""


@dataclass(frozen=True)
class DataFolder:
    """The layout of everything that is written. ``tokens_elsewhere``: the file of tokens, where
    the user of the interface may write no other. ``rest``: for how many seconds nobody has written
    to a delivery that is taken in."""

    root: Path
    tokens_elsewhere: Path | None = None
    rest: float = 0

    @property
    def landing(self) -> Path:
        """Extracts as delivered: ``<source>/<period>/<file>``; never changed, never deleted."""
        return self.root / "landing"

    @property
    def kept(self) -> Path:
        """The bytes of every extract ever delivered, by hash, compressed: a landed file may be
        overwritten.

        Inside the landing zone, before the door, because they may hold personal columns.
        """
        return self.landing / ".kept"

    @property
    def raw(self) -> Path:
        """Accepted extracts as typed Parquet, and one ledger entry for every extract."""
        return self.root / "raw"

    @property
    def tables(self) -> Path:
        """Registry and ledger as Parquet, for dbt."""
        return self.root / "tables"

    @property
    def candidate(self) -> Path:
        """The warehouse that dbt builds; nobody reads it but the checks and the release."""
        return self.root / "build" / "candidate.duckdb"

    @property
    def evidence(self) -> Path:
        """What the checks said, bound to the candidate they saw."""
        return self.root / "build" / "evidence.json"

    @property
    def dbt(self) -> Path:
        """dbt's manifest, logs and results."""
        return self.root / "dbt"

    @property
    def computed(self) -> Path:
        """Results of numerics by what they were computed from; lost, they are computed again."""
        return self.root / "computed"

    @property
    def counted(self) -> Path:
        """What the records of each extract count to: ``<source>/``; lost, it is counted again."""
        return self.root / "counted"

    @property
    def releases(self) -> Path:
        """Sealed releases: ``<n>/``."""
        return self.root / "releases"

    @property
    def current(self) -> Path:
        """Symlink to the newest release; swapped in one step."""
        return self.root / "current"

    @property
    def editions(self) -> Path:
        """Sealed open editions: ``<n>/``; nothing in them but what everybody may have."""
        return self.root / "editions"

    @property
    def open(self) -> Path:
        """Symlink to the newest open edition; swapped in one step."""
        return self.root / "open"

    @property
    def notices_settings(self) -> Path:
        """Who is told and how; written by the installation, with its secrets."""
        return self.root / "notices.yml"

    @property
    def tokens(self) -> Path:
        """Who may ask the interface for more than what is open: hashes of their tokens."""
        return self.tokens_elsewhere or self.root / "tokens.json"

    @property
    def retention(self) -> Path:
        """How long old releases can be looked at, where the installation says so itself."""
        return self.root / "retention.yml"

    @property
    def notices(self) -> Path:
        """What everyone was told last."""
        return self.root / "notices"

    @property
    def sent(self) -> Path:
        """Packages that were sent to the Government, with their receipts: ``<period>/<n>/``."""
        return self.root / "sent"

    @property
    def seen(self) -> Path:
        """What the last good night has seen of all that people lay down.

        Inside the landing zone, because files may be called after people.
        """
        return self.kept / "seen.json"

    @property
    def private(self) -> tuple[Path, ...]:
        """The folders of which nothing is made for everybody. Who may lay down deliveries, and
        see each other's names, is the installation's to say: of the landing zone only what is kept."""
        return (
            self.kept, self.raw, self.tables, self.candidate.parent, self.dbt, self.computed,
            self.counted, self.notices, self.sent, self.dagster,
        )  # fmt: skip

    @property
    def dagster(self) -> Path:
        """Dagster's instance: runs and events."""
        return self.root / "dagster"

    @property
    def failure(self) -> Path:
        """All that is known of what the last night failed on, for those who keep the program."""
        return self.dagster / "failure.txt"

    @property
    def lock(self) -> Path:
        """Held by whoever writes; the file itself says nothing."""
        return self.root / ".lock"

    @property
    def shape(self) -> Path:
        """Of which shape this folder is, as a number."""
        return self.root / "SHAPE"

    @property
    def writer(self) -> Path:
        """Who holds the lock, since when and doing what."""
        return self.root / ".writer.json"

    @property
    def uploads(self) -> Path:
        """Which files were seen under the name of an upload, by what the system knows them by; lost,
        they rest like any other."""
        return self.root / ".uploads.json"

    @property
    def journal(self) -> Path:
        """What each night came to, a line when it begins and one when it ends."""
        return self.root / "nights.jsonl"


def folder_of_candidate(candidate: Path) -> DataFolder:
    """The data folder whose candidate this is: what a computation inside dbt goes by."""
    return DataFolder(candidate.resolve().parent.parent)


def data_folder() -> DataFolder:
    """``$KINHBAC_DATA``, or ``data/`` beside the project, with the tokens that ``$KINHBAC_TOKENS``
    names, and the rest of deliveries that ``$KINHBAC_REST`` asks for, in seconds."""
    tokens, rest = os.environ.get("KINHBAC_TOKENS"), os.environ.get("KINHBAC_REST", "")
    root = Path(os.environ.get("KINHBAC_DATA") or PROJECT / "data")
    elsewhere = Path(tokens).resolve() if tokens else None
    return DataFolder(root.resolve(), elsewhere, float(rest) if rest.isdecimal() else 0)


@contextmanager
def written_aside(path: Path) -> Iterator[Path]:
    """A temporary name beside ``path`` that takes its place when the block ends well.

    A reader meets the old file or the new one, never a half; after a kill the
    temporary file is left over and the old file stands.
    """
    if not path.parent.is_dir():
        path.parent.mkdir(parents=True, exist_ok=True)
    aside = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        yield aside
        os.replace(aside, path)
    except BaseException:
        aside.unlink(missing_ok=True)
        raise


def write_changed(path: Path, content: bytes) -> None:
    """Write a file whole, unless it holds these bytes already and keeps the time they are of."""
    if path.is_file() and path.read_bytes() == content:
        return
    with written_aside(path) as aside:
        aside.write_bytes(content)


def link_or_copy(there: Path, here: Path) -> None:
    """Let ``here`` be the file ``there``, stored once; a copy where that cannot be.

    For files that are replaced and never written over: whoever wrote into one changed the other.
    """
    try:
        os.link(there, here)
    except OSError:  # another disk, or a file system without links
        shutil.copyfile(there, here)


def have_same_bytes(path: Path, other: Path) -> bool:
    """Whether two files are there and say the same."""
    if not (path.is_file() and other.is_file()):
        return False
    return path.samefile(other) or filecmp.cmp(path, other, shallow=False)


def point_to(link: Path, target: str) -> None:
    """Let the symlink ``link`` lead to ``target``, a path beside it, in one step."""
    aside = link.with_name(f".{link.name}.part")
    take_away(aside)
    aside.symlink_to(target)
    os.replace(aside, link)


def take_away(path: Path) -> None:
    """Remove what an earlier kill, or somebody, has left at ``path``, whatever it is."""
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


def flush(path: Path) -> None:
    """Have the disk keep a file, or a folder's names, before anything else happens."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def flush_disk(folder: Path) -> None:
    """Have the disk that holds ``folder`` keep all that was written to it, files and names, in one go.

    Of a thousand new files it takes a fraction of flushing each of them, which waits a thousand
    times. Raises OSError when the disk has failed to.
    """
    import ctypes  # the look of an idle night has no time for it

    libc = ctypes.CDLL(None, use_errno=True)
    if not hasattr(libc, "syncfs"):  # not Linux
        os.sync()
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        if libc.syncfs(descriptor):
            number = ctypes.get_errno()
            raise OSError(number, os.strerror(number), f"{folder}")
    finally:
        os.close(descriptor)


def hash_file(path: Path) -> str:
    """SHA-256 of a file's bytes."""
    digest = sha256()
    with path.open("rb") as file:
        while block := file.read(1 << 20):
            digest.update(block)
    return digest.hexdigest()


def hash_unmoved(path: Path) -> str:
    """SHA-256 of a file's bytes, read again only where they can have changed since this process
    read them last: size, inode or one of its times has moved. For a large file that several steps
    of a night ask for by name, none of which writes it."""
    found = path.stat()
    return _hash_as_it_is(
        path, (found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns, found.st_ctime_ns)
    )


@lru_cache(maxsize=8)
def _hash_as_it_is(path: Path, _mark: tuple[int, ...]) -> str:
    return hash_file(path)


PROGRAM = (PROJECT / "kinhbac", PROJECT / "orchestration", DBT_PROJECT, EXPECTATIONS)
"""The folders of everything that computes or checks."""


def hash_of_code() -> str:
    """SHA-256 of everything that computes or checks."""
    return hash_code(*PROGRAM)


def hash_code(*folders: Path) -> str:
    """SHA-256 over the code in ``folders``, templates and labels among it, by name and content."""
    return sha256(repr(hash_each(*folders)).encode()).hexdigest()


@cache
def hash_each(*folders: Path) -> Mapping[str, str]:
    """SHA-256 of each file of code in ``folders``, or that is named itself, by its name with that
    of its folder."""
    return {
        path.relative_to(folder.parent).as_posix(): hash_file(path)
        for folder in folders
        for path in ([folder] if folder.is_file() else sorted(folder.rglob("*")))
        if path.suffix in CODE and LEFT_BESIDE.isdisjoint(path.relative_to(folder.parent).parts)
    }
