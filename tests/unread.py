"""Every byte that a folder holds, unpacked as far as anybody could unpack it.

Here: files as the texts that stand in them: archives and compressed files member by member, Parquet,
DuckDB and SQLite cell by cell, and each file as it is. Not here: what is looked for.
"""

from __future__ import annotations

import gzip
import io
import sqlite3
import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import duckdb
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq


def read_everything(folder: Path, without: Path | None = None) -> Iterator[tuple[str, bytes]]:
    """Place and content of all that lies below ``folder``; names are content, too."""
    for path in sorted(folder.rglob("*")):
        if without and path.is_relative_to(without):
            continue
        place = path.relative_to(folder).as_posix()
        yield f"{place} (name)", place.encode("utf-8", "surrogateescape")
        if path.is_symlink() or not path.is_file():
            continue
        yield from unpack(place, path.read_bytes())


def unpack(place: str, content: bytes) -> Iterator[tuple[str, bytes]]:
    """The bytes, and what is packed in them."""
    yield place, content
    if content[:2] == b"\x1f\x8b":
        yield from unpack(f"{place} (gz)", gzip.decompress(content))
    elif content[:4] == b"\x28\xb5\x2f\xfd":
        with pa.CompressedInputStream(pa.BufferReader(content), "zstd") as stream:
            yield from unpack(f"{place} (zst)", stream.read())
    elif content[:2] == b"PK" and zipfile.is_zipfile(io.BytesIO(content)):
        with zipfile.ZipFile(io.BytesIO(content)) as book:
            for part in book.infolist():
                yield from unpack(f"{place}/{part.filename}", book.read(part) + part.comment)
    elif content[:4] == b"PAR1" == content[-4:]:
        with suppress(OSError), pq.ParquetFile(io.BytesIO(content)) as file:  # some are spoilt
            yield place, repr(file.metadata.metadata).encode()
            yield place, _as_text(pl.DataFrame(file.read()))
    elif content[:16] == b"SQLite format 3\x00":
        yield place, b"\n".join(_in_sqlite(content))
    elif content[8:12] == b"DUCK":
        yield place, b"\n".join(_in_duckdb(content))


def _as_text(frame: pl.DataFrame) -> bytes:
    return "\n".join(str(row) for row in frame.rows()).encode("utf-8", "surrogatepass")


def _in_sqlite(content: bytes) -> Iterator[bytes]:
    with tempfile.TemporaryDirectory() as folder:
        (copy := Path(folder) / "copy").write_bytes(content)
        connection = sqlite3.connect(copy)
        for (table,) in connection.execute(
            "select name from sqlite_master where type = 'table'"
        ).fetchall():
            for row in connection.execute(f'select * from "{table}"'):
                for cell in row:
                    yield cell if isinstance(cell, bytes) else str(cell).encode()
        connection.close()


def _in_duckdb(content: bytes) -> Iterator[bytes]:
    with tempfile.TemporaryDirectory() as folder:
        (copy := Path(folder) / "copy.duckdb").write_bytes(content)
        with duckdb.connect(copy.as_posix(), read_only=True) as connection:
            for schema, table in connection.execute(
                "select table_schema, table_name from information_schema.tables "
                "where table_type = 'BASE TABLE'"
            ).fetchall():
                yield f"{table} {connection.table(f'{schema}.{table}').columns}".encode()
                for row in connection.table(f"{schema}.{table}").fetchall():
                    yield str(row).encode("utf-8", "surrogatepass")
