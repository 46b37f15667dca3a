"""The processes of a night, forked from ones that have imported what they need.

Here: a server a command, which imports once for all tests of a worker and forks for whoever starts
that command; what is started in the command's place, hands over its pipes and ends as the fork
does. Not here: the commands (``checks.dbt_process``, ``checks.expectations``, ``ingest.reader_process``),
and tests of how they start and end, which start them as a night does (``test_dbt_process``,
``test_expectations``, ``test_reading_apart``). What binds a process that starts another (its rights, its
limits) does not bind the fork.
Of the CPU that a tiny night takes, more than a quarter went into importing.
"""

from __future__ import annotations

import json
import os
import runpy
import select
import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import cache
from importlib import import_module
from pathlib import Path

DBT = "kinhbac.checks.dbt_process"
EXPECTATIONS = "kinhbac.checks.expectations"
READER = "kinhbac.ingest.reader_process"
FAILED = 2
PIPES = (0, 1, 2)


@contextmanager
def kept_ready(command: str, folder: Path) -> Iterator[list[str]]:
    """What is started instead of ``python -m command`` while its server runs, which ends with the
    block or with this process. ``folder`` is where it can be found."""
    import subprocess  # whoever is started instead has no time for it

    address = (folder / command).as_posix()
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(address)
        listener.listen()
        server = subprocess.Popen(
            [sys.executable, "-m", "tests.ready", command, f"{listener.fileno()}"],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            pass_fds=[listener.fileno()],
            env=os.environ | {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"},
            cwd=Path(__file__).parent.parent,
        )
    try:
        # Without site-packages: it uses nothing of them.
        yield [sys.executable, "-I", "-S", __file__, address]
    finally:
        server.communicate()


@cache
def _load(command: str) -> None:
    """What the command imports, before and after it is told what to do."""
    from kinhbac.checks import dbt_process, expectations
    from kinhbac.loading import keep_what_loads

    if command == READER:
        import_module(command)
        return
    if command == EXPECTATIONS:
        expectations.import_little()
        return
    with keep_what_loads():
        for module in (
            "dbt.adapters.duckdb",
            "dbt.cli.main",
            "dbt.compilation",
            "dbt.contracts.graph.manifest",
            "pyarrow",
            *dbt_process.IMPORTED_BY_MODELS,
        ):
            import_module(module)


def _serve(command: str, listener: socket.socket) -> None:
    """Fork for everyone who asks, until whoever started the server is gone."""
    while listener in select.select([listener, 0], [], [])[0]:
        _load(command)  # the first time: not every test builds a night
        connection, _ = listener.accept()
        if not os.fork():
            listener.close()
            _keep(connection, command)
        connection.close()
        with suppress(ChildProcessError):
            while os.waitpid(-1, os.WNOHANG)[0]:
                pass


def _keep(connection: socket.socket, command: str) -> None:
    """Let a fork obey the command in place of whoever asked, who is told how it ended."""
    _, pipes, *_ = socket.recv_fds(connection, 1, len(PIPES) + 1)
    asked = json.loads(connection.makefile("rb").read())
    if not (fork := os.fork()):
        connection.close()
        for number in PIPES:
            os.dup2(pipes[number], number)
            os.close(pipes[number])
        os.environ.clear()
        os.environ.update(asked["environment"])
        os.chdir(asked["folder"])
        sys.argv[1:] = [f"{pipe}" for pipe in pipes[len(PIPES) :]] or asked["arguments"]
        try:
            runpy.run_module(command, run_name="__main__")
        finally:
            os._exit(FAILED)  # a command leaves by itself
    for pipe in pipes:
        os.close(pipe)
    code = os.waitstatus_to_exitcode(os.waitpid(fork, 0)[1])
    with suppress(BrokenPipeError):
        connection.sendall(bytes([code % 256]))
    os._exit(0)


def _ask(address: str, arguments: list[str]) -> int:
    """Hand over to a fork, which is told of a pipe by its number; the exit code with which it has
    ended."""
    asked = {"environment": dict(os.environ), "folder": f"{Path.cwd()}", "arguments": arguments}
    with socket.socket(socket.AF_UNIX) as connection:
        connection.connect(address)
        told = [int(argument) for argument in arguments if argument.isdigit()]
        socket.send_fds(connection, [b"\n"], [*PIPES, *told])
        connection.sendall(json.dumps(asked).encode())
        connection.shutdown(socket.SHUT_WR)
        ended = connection.recv(1)
    return ended[0] if ended else FAILED


if __name__ == "__main__":
    place, *rest = sys.argv[1:]
    if place in (DBT, EXPECTATIONS, READER):
        _serve(place, socket.socket(fileno=int(rest[0])))
    else:
        sys.exit(_ask(place, rest))
