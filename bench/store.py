"""Dossiers counted here and by Sail, which reads them out of an S3 store: the figures must be the same.

Here: a store on loopback (``moto``), the typed Parquet of the dossiers in it, the comparison. Not
here: the dossiers (``dossiers``), a cluster that reads files (``engine``). Run:
``python -m bench.store MOTO_SERVER [DOSSIERS [MONTHS]]``, where MOTO_SERVER is the program of that
name of an installed ``moto[server]``.
"""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from http.client import HTTPConnection
from pathlib import Path

from bench.dossiers import Dossiers
from bench.engine import HERE, count, free_port, running, wait_for
from kinhbac.data_folder import SOURCES, DataFolder
from kinhbac.reduction.engines import ADDRESS
from kinhbac.registry import load_registry

BUCKET, FOLDER = "warehouse", "kinhbac"


@contextmanager
def store(program: Path, folder: Path) -> Iterator[int]:
    """The port of an empty store."""
    port = free_port()
    with running([program.as_posix(), "-H", HERE, "-p", f"{port}"], {}, folder / "store.log"):
        wait_for(port)
        put(port, f"/{BUCKET}", b"")
        yield port


@contextmanager
def sail(store: int, folder: Path) -> Iterator[str]:
    """The address of Sail, which its environment leads to the store."""
    port = free_port()
    command = [sys.executable, "-m", "pysail", "spark", "server", "--ip", HERE, "--port", f"{port}"]
    address = {"AWS_ENDPOINT": f"http://{HERE}:{store}", "AWS_ALLOW_HTTP": "true"}
    named = {"AWS_REGION": "here", "AWS_ACCESS_KEY_ID": "any", "AWS_SECRET_ACCESS_KEY": "any"}
    with running(command, address | named, folder / "sail.log"):
        wait_for(port)
        yield f"sc://{HERE}:{port}"


def put(port: int, path: str, content: bytes) -> None:
    """Lay something down in the store. Raises SystemExit where it does not take it."""
    with closing(HTTPConnection(HERE, port, timeout=60)) as connection:
        connection.request("PUT", path, content)
        answer = connection.getresponse()
        if answer.status >= 300:
            raise SystemExit(f"the store does not take {path}: {answer.status} {answer.reason}")


def main(program: Path, dossiers: int = 1_000_000, months: int = 12) -> None:
    """Compare, print, and end with 1 if one figure differs."""
    registry = load_registry(SOURCES)
    with tempfile.TemporaryDirectory(prefix="kinhbac-store-") as name:
        data = DataFolder(Path(name) / "data")
        Dossiers(registry, data, months, dossiers // months).generate()
        here, seconds = count(registry, data, "")
        print(f"{dossiers:,} dossiers: DuckDB {seconds:.1f} s, {here.height:,} figures", flush=True)
        with store(program, Path(name)) as port:
            for file in data.raw.rglob("*.parquet"):
                below = file.relative_to(data.root).as_posix()
                put(port, f"/{BUCKET}/{FOLDER}/{below}", file.read_bytes())
            os.environ[ADDRESS] = f"s3://{BUCKET}/{FOLDER}"
            with sail(port, Path(name)) as server:
                there, seconds = count(registry, data, server)
    print(f"Sail, out of {os.environ[ADDRESS]}: {seconds:.1f} s")
    print(f"the figures are {'the same' if here.equals(there) else 'others'}")
    sys.exit(0 if here.equals(there) else 1)


if __name__ == "__main__":
    main(Path(sys.argv[1]), *map(int, sys.argv[2:]))
