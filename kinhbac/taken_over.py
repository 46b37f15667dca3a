"""A folder that is written anew and takes over, from the one before it, what is the same there.

Here: files by what they are made of, hard links to those of before. Not here: what is written
(``scoreboard.site``, ``exchange.edition``), sharing what was written again with the same bytes
(``release.contents``).

A file is fully decided by its origin: a fingerprint of all that it is made from. One whose origin
the folder before has too is not made again; one that says what it said before is the same file. So
a night costs what changed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from pathlib import Path

from kinhbac.checksums import SUMS, read_sums
from kinhbac.data_folder import hash_file, link_or_copy


@dataclass(frozen=True)
class Former:
    """The folder before: of what each of its files is made, and their SHA-256 as they were sealed,
    by their paths."""

    folder: Path
    origins: Mapping[str, str]
    sealed: Mapping[str, str]

    def prove(self, path: str) -> bool:
        """Whether the file is there as it was sealed: what was damaged since is made anew."""
        file = self.folder / path
        return file.is_file() and hash_file(file) == self.sealed.get(path)


class NewFolder:
    """The folder in the making; without one before, every file of it is made.

    ``origins`` are those of its own files, ``taken_over`` how many of them were not stored again.
    """

    def __init__(self, folder: Path, former: Former | None = None) -> None:
        self.folder, self.former = folder, former
        self.origins: dict[str, str] = {}
        self.taken_over = 0

    def has(self, path: str, origin: str) -> bool:
        """Whether the folder before has the file, made of the same and as it was sealed."""
        former = self.former
        return bool(former and former.origins.get(path) == origin and former.prove(path))

    def write(self, path: str, origin: str, make: Callable[[], bytes]) -> None:
        """Write the file, or take it over."""
        target = self.folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        made = cache(make)
        if self.former and (self.has(path, origin) or self._says(path, made)):
            link_or_copy(self.former.folder / path, target)
            self.taken_over += 1
        else:
            target.write_bytes(made())
        self.origins[path] = origin

    def _says(self, path: str, made: Callable[[], bytes]) -> bool:
        former = self.former
        if former is None or path not in former.origins:
            return False
        old = former.folder / path
        return old.is_file() and old.read_bytes() == made()


def read_sealed(folder: Path, below: str = "") -> dict[str, str]:
    """SHA-256 of the files below a part of a sealed folder, by their paths in that part; nothing of
    one that has no list."""
    path = folder / SUMS
    text = path.read_text(encoding="utf-8", errors="replace") if path.is_file() else ""
    hashes, _ = read_sums(text)
    return {
        name.removeprefix(below): value for name, value in hashes.items() if name.startswith(below)
    }


def fingerprint(said: str | bytes) -> str:
    """Half of SHA-256: no two origins meet, and the list of them stays small."""
    return sha256(said.encode() if isinstance(said, str) else said).hexdigest()[:32]
