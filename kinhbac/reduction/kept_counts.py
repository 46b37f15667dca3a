"""What is kept of counting from night to night, below ``counted/`` of the data folder.

Here: files under names that say what they were made of, the hash of each, which extracts were
found to share records. Not here: what is counted (``counting``).

Nothing kept is believed that its hash does not prove, and a file is hashed again unless its
size, times and place on the disk are certainly as they were. What is lost is counted again.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from kinhbac.data_folder import DataFolder, hash_file, written_aside

GRAIN = 2_000_000_000
"""Nanoseconds within which two writings may bear one time."""
LIST = "kept.json"


@dataclass
class KeptCounts:
    """The files that are kept, and what is known of others.

    ``looks``: path below the data folder → how the file looked, when, and its hash. ``sums``:
    name of a kept file → the hash with which it was written. ``shared``: source → which extracts
    were compared, by the hash of their records, and the pairs that share some.
    """

    data: DataFolder
    looks: dict[str, tuple[list[int], int, str]] = field(default_factory=dict)
    sums: dict[str, str] = field(default_factory=dict)
    shared: dict[str, tuple[dict[str, str], list[list[str]]]] = field(default_factory=dict)
    asked: set[str] = field(default_factory=set)

    @classmethod
    def read(cls, data: DataFolder) -> KeptCounts:
        """What the last night kept; nothing, where its list is gone or cannot be read."""
        try:
            told: dict[str, Any] = json.loads((data.counted / LIST).read_text(encoding="utf-8"))
            looks = {name: (mark, at, sha) for name, (mark, at, sha) in told["looks"].items()}
            shared = {name: (known, pairs) for name, (known, pairs) in told["shared"].items()}
            return cls(data, looks, dict(told["sums"]), shared)
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            return cls(data)

    def hash_of(self, path: Path) -> str:
        """The SHA-256 of a file below the data folder, read only if it may be another."""
        name = path.relative_to(self.data.root).as_posix()
        found = path.stat()
        mark = [found.st_size, found.st_mtime_ns, found.st_ctime_ns, found.st_ino]
        known = self.looks.get(name)
        if known and known[0] == mark and max(mark[1:3]) < known[1] - GRAIN:
            return known[2]
        at = time.time_ns()
        self.looks[name] = (mark, at, hash_file(path))
        return self.looks[name][2]

    def ask_for(self, name: str) -> None:
        """Let a file stay that this night may do without."""
        self.asked.add(name)

    def path_of(self, name: str) -> Path:
        """Where a kept file of this name stands, or would."""
        return self.data.counted / name

    def holds(self, name: str) -> bool:
        """Whether a file is kept under this name, to the byte; it stays for as long as somebody
        asks for it every night."""
        self.ask_for(name)
        path = self.path_of(name)
        return name in self.sums and path.is_file() and self.hash_of(path) == self.sums[name]

    @contextmanager
    def keep(self, name: str) -> Iterator[Path]:
        """Where to write a file that is kept under this name when the block ends well."""
        with written_aside(self.path_of(name)) as aside:
            yield aside
        self.record(name, self.path_of(name))

    def record(self, name: str, path: Path) -> None:
        """Remember that ``path`` holds what ``name`` stands for."""
        self.ask_for(name)
        self.sums[name] = self.hash_of(path)

    def write(self) -> None:
        """Have the list say what is kept: from now on a kill loses nothing of it."""
        told = {"looks": self.looks, "sums": self.sums, "shared": self.shared}
        with written_aside(self.data.counted / LIST) as aside:
            aside.write_text(json.dumps(told), encoding="utf-8")

    def sweep(self, sources: Iterable[str]) -> None:
        """Remove what nobody has asked for tonight, and what a killed night left behind."""
        self.sums = {name: sha for name, sha in self.sums.items() if name in self.asked}
        wanted = {self.path_of(name) for name in self.asked} | {self.path_of(LIST)}
        for path in sorted(self.data.counted.rglob("*"), reverse=True):
            if path.is_dir() and not path.is_symlink():
                if not any(path.iterdir()):
                    path.rmdir()
            elif path not in wanted:
                path.unlink()
        self.shared = {name: told for name, told in self.shared.items() if name in set(sources)}
        self.looks = {
            name: look for name, look in self.looks.items() if (self.data.root / name).exists()
        }

    def compared(self, source: str, records: Mapping[str, str]) -> set[str]:
        """Those of the extracts in ``records`` (hash by extract) that were compared with each
        other before, with the records that they hold now."""
        known, _ = self.shared.get(source, ({}, []))
        return {extract for extract, sha in records.items() if known.get(extract) == sha}

    def pairs_among(self, source: str, compared: set[str]) -> set[frozenset[str]]:
        """The pairs among extracts that were compared before that share records."""
        _, pairs = self.shared.get(source, ({}, []))
        return {frozenset(pair) for pair in pairs if compared >= set(pair)}

    def remember_pairs(
        self, source: str, records: Mapping[str, str], pairs: Iterable[frozenset[str]]
    ) -> None:
        """Remember that these extracts were compared, and which of them share records."""
        self.shared[source] = (dict(records), sorted(sorted(pair) for pair in pairs))
