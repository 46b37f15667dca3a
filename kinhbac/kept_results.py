"""Results of numerics, kept from night to night by what they were computed from.

Here: a result under the hash of all that it depends on, the file that holds them. Not here:
what is computed, and on what it depends (``composite``, ``forecast``).

A result is asked for with everything that its computation reads; what is not kept under
exactly that is computed. The file has a line a result, each with its own hash: a damaged line
is computed again, and nothing is lost with the file but time.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path
from typing import Any

import duckdb
import numpy as np

from kinhbac.data_folder import DataFolder, folder_of_candidate, hash_code, written_aside
from kinhbac.side_by_side import compute_each

UNUSED = 2
"""In so many runs a result may go unasked before it is dropped: a correction that is taken back
the next night finds what was computed before it."""


@dataclass
class KeptResults:
    """The results of one method.

    ``path`` is their file, None where nothing is kept; ``method`` stands for the code that
    computes them. ``results`` are those of earlier runs that were read, ``asked`` those of this
    run, by key.
    """

    path: Path | None
    method: str
    results: dict[str, _Kept] = field(default_factory=dict)
    asked: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.path is not None and self.path.exists():
            self.results = dict(_read(self.path))

    def ask(self, inputs: Iterable[object], compute: Callable[[], Any]) -> Any:
        """The result that ``compute`` gives for ``inputs``, computed only if it is not kept.

        ``inputs`` are all that ``compute`` reads, arrays among them. The result is what JSON can
        hold: numbers to the last bit, nan among them; lists, no tuples.
        """
        [result] = self.ask_each([("", inputs, compute)])
        return result

    def ask_each(
        self, asked: Iterable[tuple[str, Iterable[object], Callable[[], Any]]]
    ) -> list[Any]:
        """As ``ask``, of several at once, each with the name of what it is a result of: what is not
        kept is computed side by side."""
        keys = [(f"{of}/{_hash([self.method, *inputs])}", compute) for of, inputs, compute in asked]
        for key, _ in keys:
            if key not in self.asked and key in self.results:
                self.asked[key] = self.results[key].result
        missing = {key: compute for key, compute in keys if key not in self.asked}
        found = compute_each([*missing.values()])
        self.asked |= {key: json.dumps(one) for key, one in zip(missing, found, strict=True)}
        return [json.loads(self.asked[key]) for key, _ in keys]

    def write(self, whole: bool = True) -> None:
        """Keep what this run asked for, and what was not asked for long enough to be dropped.

        A run that was not ``whole`` asked for some names only: what is kept of others stays.
        """
        if self.path is None:
            return
        names = {_name_of(key) for key in self.asked}
        lines = {key: _Kept(0, result) for key, result in self.asked.items()}
        for key, kept in self.results.items():
            if not whole and _name_of(key) not in names:
                lines[key] = kept
            elif key not in lines and kept.unused < UNUSED:
                lines[key] = _Kept(kept.unused + 1, kept.result)
        with written_aside(self.path) as aside:
            aside.write_text("".join(kept.line(key) for key, kept in sorted(lines.items())))


def _name_of(key: str) -> str:
    return key.partition("/")[0]


@dataclass(frozen=True)
class _Kept:
    """A result as JSON, and in how many runs nobody has asked for it."""

    unused: int
    result: str

    def line(self, key: str) -> str:
        """The line of the file, which ends with a line break."""
        told = f"{key} {self.unused} {self.result}"
        return f"{sha256(told.encode()).hexdigest()} {told}\n"


def results_beside(
    connection: duckdb.DuckDBPyConnection, name: str, code: Iterable[Path], libraries: Iterable[str]
) -> KeptResults:
    """The results ``name`` in the data folder of the candidate that ``connection`` has open.

    ``code`` are the folders and ``libraries`` the packages that compute them: when one changes
    nothing is answered from what another version gave. A candidate in memory keeps nothing.
    """
    method = [name, hash_code(*code), *(f"{library} {version(library)}" for library in libraries)]
    data = find_data(connection)
    return KeptResults(data.computed / f"{name}.txt" if data else None, "\n".join(method))


def find_data(connection: duckdb.DuckDBPyConnection) -> DataFolder | None:
    """The data folder of the candidate that ``connection`` has open; None of one in memory."""
    [(candidate,)] = connection.execute(
        "select path from duckdb_databases() where database_name = current_database()"
    ).fetchall()
    return folder_of_candidate(Path(candidate)) if candidate is not None else None


def _read(path: Path) -> Iterator[tuple[str, _Kept]]:
    """The lines that are as they were written."""
    for line in path.read_bytes().splitlines():
        digest, _, told = line.partition(b" ")
        if sha256(told).hexdigest().encode() == digest:
            key, unused, result = told.decode().split(" ", 2)
            yield key, _Kept(int(unused), result)


def _hash(inputs: Iterable[object]) -> str:
    """SHA-256 of values told apart by kind and length; of arrays shape, kind and bytes."""
    digest = sha256()
    for value in inputs:
        if isinstance(value, np.ndarray):
            told, content = f"{value.dtype.str} {value.shape}", value.tobytes()
        else:
            told, content = type(value).__name__, repr(value).encode()
        digest.update(f"{told} {len(content)}\n".encode())
        digest.update(content)
    return digest.hexdigest()
