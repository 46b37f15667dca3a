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

from pysail.spark import SparkConnectServer

from bench.dossiers import Dossiers
from bench.engine import HERE, count, free_port, running, wait_for
from kinhbac.data_folder import SOURCES, DataFolder
from kinhbac.reduction.engines import ADDRESS
from kinhbac.registry import load_registry

BUCKET, FOLDER = "warehouse", "kinhbac"


@contextmanager
def store(program: Path, log: Path) -> Iterator[int]:
    """The port of an empty store, to which Sail is led by its environment."""
    port = free_port()
    with running([program.as_posix(), "-H", HERE, "-p", f"{port}"], {}, log):
        wait_for(port)
        address = f"http://{HERE}:{port}"
        os.environ |= {"AWS_ENDPOINT": address, "AWS_ALLOW_HTTP": "true", "AWS_REGION": "us-east-1"}
        os.environ |= {"AWS_ACCESS_KEY_ID": "nobody", "AWS_SECRET_ACCESS_KEY": "nothing"}
        put(port, f"/{BUCKET}", b"")
        yield port


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
        with store(program, Path(name) / "store.log") as port:
            for file in data.raw.rglob("*.parquet"):
                below = file.relative_to(data.root).as_posix()
                put(port, f"/{BUCKET}/{FOLDER}/{below}", file.read_bytes())
            sail = SparkConnectServer(HERE, 0)
            sail.start(background=True)
            _, asked = sail.listening_address
            os.environ[ADDRESS] = f"s3://{BUCKET}/{FOLDER}"
            there, seconds = count(registry, data, f"sc://{HERE}:{asked}")
            sail.stop()
    print(f"Sail, out of {os.environ[ADDRESS]}: {seconds:.1f} s")
    print(f"the figures are {'the same' if here.equals(there) else 'others'}")
    sys.exit(0 if here.equals(there) else 1)


if __name__ == "__main__":
    main(Path(sys.argv[1]), *map(int, sys.argv[2:]))
