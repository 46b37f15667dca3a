"""The bytes of every extract ever delivered, whatever becomes of the delivered file.

Here: keeping them, compressed, and giving them back. Not here: which extracts there are
(``ledger``), what they hold (``door``).

A hard link would cost nothing and keep nothing: a file that is overwritten in place is changed
under all its names. So the bytes are a copy, by their hash, of which Zstandard leaves a quarter.
``zstd -d`` gives them back without this code. What an earlier version kept is not compressed and
has no ``.zst``.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from hashlib import sha256
from io import BufferedReader
from pathlib import Path

from kinhbac.data_folder import DataFolder, written_aside
from kinhbac.ingest.extracts import Extract, manifest_of
from kinhbac.ingest.landed_file import State, hash_of, open_landed, state_of, why_unread
from kinhbac.ingest.ledger import names_period

BLOCK = 4 << 20
"""Bytes that are compressed as one: a stream would look back across them and take longer."""
COMPRESSED = ".zst"

LARGE = 64 << 20
"""Bytes of a file that is worth keeping while it is read."""


class BytesChanged(Exception):
    """What is read does not have the hash by which it is known."""


def keep_bytes(data: DataFolder, extract: Extract) -> bool:
    """Keep what was delivered, and its manifest, unless they are kept already.

    What is still in the state in which it was hashed is not hashed again. Returns whether the file
    still holds what it held when it was found: whoever has read it meanwhile has read that. Of a file
    that was changed or taken away nothing is kept: other bytes would lie under its hash. What stands
    there now is the next night's.
    """
    kept = _place(data, extract.source, extract.period_label, extract.sha256)
    try:
        if not (kept.exists() or _compressed(kept).exists()):
            _compress(extract, _compressed(kept))
        else:
            with _open(extract) as delivered:
                if state_of(delivered) != extract.state and hash_of(delivered) != extract.sha256:
                    return False
    except BytesChanged:
        return False
    manifest, copy = manifest_of(extract.path), _manifest(kept)
    if manifest and not copy.exists() and not why_unread(manifest):
        with written_aside(copy) as aside, open_landed(manifest) as beside, aside.open("wb") as to:
            shutil.copyfileobj(beside, to)
    return True


def keep_again(data: DataFolder, extract: Extract) -> None:
    """Write the copy of what was delivered anew from the file. Raises BytesChanged where that no longer
    holds it."""
    kept = _place(data, extract.source, extract.period_label, extract.sha256)
    _compress(extract, _compressed(kept))
    kept.unlink(missing_ok=True)


def _open(extract: Extract) -> BufferedReader:
    try:
        return open_landed(extract.path)
    except OSError as error:
        raise BytesChanged(f"{extract.place} was taken away while it was read") from error


def forget_bytes(data: DataFolder, extract: Extract) -> None:
    """Take away what is kept of an extract, and of its manifest."""
    kept = _place(data, extract.source, extract.period_label, extract.sha256)
    for path in (kept, _compressed(kept), _manifest(kept)):
        path.unlink(missing_ok=True)


class Keeping:
    """Keeping the bytes of extracts, of large ones while they are read."""

    def __init__(self, data: DataFolder, extracts: Iterable[Extract]) -> None:
        self.data = data
        self._hand = ThreadPoolExecutor(1)
        self._begun: dict[Extract, tuple[State | None, Future[bool]]] = {}
        for extract in extracts:
            state = _state(extract.path)
            if state and state.bytes >= LARGE:
                keeping = self._hand.submit(keep_bytes, data, extract)
                self._begun[extract] = state, keeping

    def finish(self, extract: Extract) -> bool:
        """Keep the bytes of an extract that has been read. Returns whether it was those."""
        if extract not in self._begun:
            return keep_bytes(self.data, extract)
        before, keeping = self._begun.pop(extract)
        return keeping.result() and _state(extract.path) == before

    def forget(self, extract: Extract) -> bool:
        """Keep nothing of an extract that has been read, also of former days. Returns as
        ``finish``."""
        if extract in self._begun:
            self._begun.pop(extract)[1].result()
        forget_bytes(self.data, extract)
        try:
            with open_landed(extract.path) as file:
                return hash_of(file) == extract.sha256
        except OSError:
            return False

    def close(self) -> None:
        """Nothing else is to be kept."""
        self._hand.shutdown(cancel_futures=True)


def _state(path: Path) -> State | None:
    try:
        return state_of(path)
    except OSError:
        return None


def are_kept(data: DataFolder, source: str, period: str, digest: str) -> bool:
    """Whether the bytes of an extract are there."""
    kept = _place(data, source, period, digest)
    return kept.exists() or _compressed(kept).exists()


def give_back(data: DataFolder, source: str, period: str, digest: str, landed: Path) -> Path | None:
    """Write the bytes of an extract to ``landed`` as they were delivered.

    Returns the manifest that was beside it, if there was one. Raises BytesChanged when they are
    no longer those that were delivered, and FileNotFoundError when they are gone.
    """
    kept = _place(data, source, period, digest)
    found = sha256()
    with written_aside(landed) as aside, aside.open("wb") as file:
        for block in _blocks(kept):
            found.update(block)
            file.write(block)
        if found.hexdigest() != digest:
            raise BytesChanged(f"{kept} does not hold the bytes that were delivered")
    manifest = _manifest(kept)
    return manifest if manifest.exists() else None


def find_altered(data: DataFolder, among: Iterable[Path] | None = None) -> Iterator[Path]:
    """Files in which kept bytes lie that no longer have the hash by which they are called; of all,
    or ``among`` some."""
    for path in sorted(data.kept.glob("*/*/*") if among is None else among):
        kept = path.with_name(path.name.removesuffix(COMPRESSED))
        if len(kept.name) != 2 * sha256().digest_size or not path.is_file():
            continue  # a manifest, or what is laid aside while a file is read
        found = sha256()
        try:
            for block in _blocks(kept):
                found.update(block)
        except OSError:  # pyarrow's word for what cannot be unpacked
            pass
        if found.hexdigest() != kept.name:
            yield path


def _compress(extract: Extract, path: Path) -> None:
    import pyarrow as pa  # only a night with deliveries needs it

    codec = pa.Codec("zstd")
    with written_aside(path) as aside:
        with _open(extract) as delivered, aside.open("wb") as file:
            known = state_of(delivered) == extract.state
            found = sha256()
            block = delivered.read(BLOCK)
            while True:
                if not known:
                    found.update(block)
                file.write(codec.compress(block))
                if not (block := delivered.read(BLOCK)):
                    break
            same = known and state_of(delivered) == extract.state
        if not (same if known else found.hexdigest() == extract.sha256):
            raise BytesChanged(f"{extract.place} was written to while it was read")


def _blocks(kept: Path) -> Iterator[bytes]:
    import pyarrow as pa

    compressed = _compressed(kept)
    with (
        pa.CompressedInputStream(compressed.as_posix(), "zstd")
        if compressed.exists()
        else kept.open("rb")
    ) as file:
        while block := file.read(BLOCK):
            yield block


def _place(data: DataFolder, source: str, period: str, digest: str) -> Path:
    return data.kept / source / (period if names_period(period) else "no-period") / digest


def _compressed(kept: Path) -> Path:
    return kept.with_name(f"{kept.name}{COMPRESSED}")


def _manifest(kept: Path) -> Path:
    return kept.with_name(f"{kept.name}.manifest")
