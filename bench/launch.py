"""A command started from a process that holds little, and what it used.

Here: waiting for the one child and writing its seconds, CPU and peak memory. Linux counts what
the starting process holds as the started one's, so one that holds frames and databases cannot
measure a small one. Not here: what is started (``one_night``), what the numbers say (``refresh``).
Run by ``refresh``: ``python -m bench.launch RESULT COMMAND …``.
"""

from __future__ import annotations

import ctypes
import json
import os
import resource
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

PR_SET_CHILD_SUBREAPER = 36
"""Of Linux: whoever is orphaned below this process becomes its child."""


def launch(result: Path, command: list[str]) -> int:
    """Run ``command``, write what it used as JSON into ``result``, and return its exit code.

    ``cpu`` and ``peak`` are of the command and of all processes below it: seconds of all together,
    MiB of the largest one.
    """
    ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1)
    started = time.perf_counter()
    child = subprocess.Popen(command)
    _, status, used = os.wait4(child.pid, 0)
    seconds = time.perf_counter() - started
    child.returncode = os.waitstatus_to_exitcode(status)
    all_used = [used, *_wait_for_the_others()]
    usage = {
        "seconds": seconds,
        "cpu": sum(one.ru_utime + one.ru_stime for one in all_used),
        "peak": max(one.ru_maxrss for one in all_used) / 1024,
    }
    result.write_text(json.dumps(usage), encoding="utf-8")
    return child.returncode


def _wait_for_the_others() -> Iterator[resource.struct_rusage]:
    """What processes used for which the command did not wait: servers that it forked others from."""
    with suppress(ChildProcessError):
        while True:
            yield os.wait4(-1, 0)[2]


if __name__ == "__main__":
    sys.exit(launch(Path(sys.argv[1]), sys.argv[2:]))
