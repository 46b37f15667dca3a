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
from functools import cache
from hashlib import sha256
from pathlib import Path

from kinhbac.data_folder import link_or_copy


class NewFolder:
    """The folder in the making. ``known``: the origins of the files of ``before``, by path.

    ``origins`` are those of its own files, ``taken_over`` how many of them were not stored again.
    """

    def __init__(self, folder: Path, before: Path | None, known: Mapping[str, str]) -> None:
        self.folder, self.before, self.known = folder, before, known
        self.origins: dict[str, str] = {}
        self.taken_over = 0

    def find(self, path: str) -> Path | None:
        """The file of the folder before, if that lists it."""
        old = self.before / path if self.before and path in self.known else None
        return old if old and old.exists() else None

    def has(self, path: str, origin: str) -> bool:
        """Whether the folder before has the file, made of the same."""
        return self.find(path) is not None and self.known[path] == origin

    def write(self, path: str, origin: str, make: Callable[[], bytes]) -> None:
        """Write the file, or take it over."""
        target = self.folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        made = cache(make)
        old = self.find(path)
        if old and (self.known[path] == origin or old.read_bytes() == made()):
            link_or_copy(old, target)
            self.taken_over += 1
        else:
            target.write_bytes(made())
        self.origins[path] = origin


def fingerprint(said: str | bytes) -> str:
    """Half of SHA-256: no two origins meet, and the list of them stays small."""
    return sha256(said.encode() if isinstance(said, str) else said).hexdigest()[:32]
