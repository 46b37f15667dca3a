"""Ten million dossiers counted here and by a cluster: every figure must be the same.

Here: a Spark standalone master, two workers of one core and a Connect server, started on loopback
and stopped again; the comparison. Not here: the dossiers (``dossiers``), Sail (the tests, and ``store``).
Run: ``python -m bench.engine SPARK_HOME [DOSSIERS [MONTHS]]``, where SPARK_HOME is the folder of an
installed ``pyspark`` 4 or of any Apache Spark 4; it needs a Java runtime.
"""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path

import polars as pl

from bench.dossiers import Dossiers
from kinhbac.data_folder import SOURCES, DataFolder
from kinhbac.reduction.engines import SETTING
from kinhbac.reduction.uniting import reduce_records
from kinhbac.registry import Registry, load_registry

HERE = "127.0.0.1"
WORKERS = 2
PATIENCE = 120.0
"""Seconds in which each part of the cluster must listen."""
MASTER = "org.apache.spark.deploy.master.Master"
WORKER = "org.apache.spark.deploy.worker.Worker"
CONNECT = "org.apache.spark.sql.connect.service.SparkConnectServer"


@contextmanager
def cluster(home: Path, logs: Path) -> Iterator[str]:
    """The address of a Connect server in front of a master and its workers, all on loopback."""
    master, connect = free_port(), free_port()
    with ExitStack() as stack:

        def start(name: str, *command: str) -> None:
            program = [(home / "bin" / command[0]).as_posix(), *command[1:]]
            more = {"SPARK_HOME": home.as_posix(), "SPARK_LOCAL_IP": HERE}
            stack.enter_context(running(program, more, logs / f"{name}.log"))

        where = ("--host", HERE, "--port", f"{master}", "--webui-port", "0")
        start("master", "spark-class", MASTER, *where)
        wait_for(master)
        for number in range(WORKERS):
            part = ("--host", HERE, "--cores", "1", "--memory", "1500m", "--webui-port", "0")
            start(f"worker-{number}", "spark-class", WORKER, *part, f"spark://{HERE}:{master}")
        settings = {
            "spark.connect.grpc.binding.address": HERE,
            "spark.connect.grpc.binding.port": connect,
            "spark.driver.host": HERE,
            "spark.driver.bindAddress": HERE,
            "spark.executor.memory": "1g",
            "spark.ui.enabled": "false",
            "spark.sql.warehouse.dir": logs,
        }
        start("connect", "spark-submit", "--master", f"spark://{HERE}:{master}", "--class", CONNECT,
              *(part for name, value in settings.items() for part in ("--conf", f"{name}={value}"))
        )  # fmt: skip
        wait_for(connect)
        yield f"sc://{HERE}:{connect}"


@contextmanager
def running(command: list[str], more: Mapping[str, str], log: Path) -> Iterator[None]:
    """A server with more in its environment, and all that it starts in turn, stopped when the
    block ends."""
    environment = os.environ | dict(more)
    with log.open("wb") as told:
        process = subprocess.Popen(
            command, env=environment, cwd=log.parent, stdout=told, stderr=told,
            start_new_session=True,
        )  # fmt: skip
    try:
        yield
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        try:
            process.wait(30)
        except subprocess.TimeoutExpired:  # one that lacks memory may not hear it
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def free_port() -> int:
    """A port of this machine on which nobody listens."""
    with socket.socket() as found:
        found.bind((HERE, 0))
        port: int = found.getsockname()[1]
        return port


def wait_for(port: int) -> None:
    """Return when somebody listens on a port. Raises SystemExit when nobody does."""
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        try:
            socket.create_connection((HERE, port), 1).close()
            return
        except OSError:
            time.sleep(0.2)
    raise SystemExit(f"nothing listens on {HERE}:{port} after {PATIENCE:.0f} s")


def count(registry: Registry, data: DataFolder, engine: str) -> tuple[pl.DataFrame, float]:
    """What an engine counts from nothing, and the seconds it takes."""
    os.environ[SETTING] = engine
    shutil.rmtree(data.counted, ignore_errors=True)
    started = time.perf_counter()
    reduce_records(registry, data)
    seconds = time.perf_counter() - started
    return pl.read_parquet(data.tables / "counted_observations.parquet"), seconds


def main(home: Path, dossiers: int = 10_000_000, months: int = 12) -> None:
    """Compare, print, and end with 1 if one figure differs."""
    registry = load_registry(SOURCES)
    with tempfile.TemporaryDirectory(prefix="kinhbac-engine-") as name:
        folder = Path(name)
        data = DataFolder(folder / "data")
        Dossiers(registry, data, months, dossiers // months).generate()
        here, seconds = count(registry, data, "")
        print(f"{dossiers:,} dossiers: DuckDB {seconds:.1f} s, {here.height:,} figures", flush=True)
        started = time.perf_counter()
        with cluster(home, folder) as server:
            print(f"the cluster listens after {time.perf_counter() - started:.1f} s", flush=True)
            there, seconds = count(registry, data, server)
            print(f"Spark, {WORKERS} workers of one core: {seconds:.1f} s", flush=True)
    differing = here.join(there, on=here.columns, how="anti", nulls_equal=True).height
    print(f"{differing} figures differ of {here.height:,} and {there.height:,}")
    sys.exit(0 if here.equals(there) else 1)


if __name__ == "__main__":
    main(Path(sys.argv[1]), *map(int, sys.argv[2:]))
