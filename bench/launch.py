"""A command started from a process that holds little, and what it used.

Here: waiting for the one child and writing its seconds, CPU and peak memory. Linux counts what
the starting process holds as the started one's, so one that holds frames and databases cannot
measure a small one. Not here: what is started (``one_night``), what the numbers say (``refresh``).
Run by ``refresh``: ``python -m bench.launch RESULT COMMAND …``.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path


def launch(result: Path, command: list[str]) -> int:
    """Run ``command``, write what it used as JSON into ``result``, and return its exit code.

    ``cpu`` and ``peak`` are of the command and of the processes that it waited for: seconds of
    all together, MiB of the largest one.
    """
    started = time.perf_counter()
    child = subprocess.Popen(command)
    _, status, used = os.wait4(child.pid, 0)
    seconds = time.perf_counter() - started
    child.returncode = os.waitstatus_to_exitcode(status)
    usage = {
        "seconds": seconds,
        "cpu": used.ru_utime + used.ru_stime,
        "peak": used.ru_maxrss / 1024,
    }
    result.write_text(json.dumps(usage), encoding="utf-8")
    return child.returncode


if __name__ == "__main__":
    sys.exit(launch(Path(sys.argv[1]), sys.argv[2:]))
