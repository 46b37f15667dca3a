"""Dagster's web page and daemon on this machine only, the page to be looked at and not operated.

Here: the environment that Dagster's own commands need, both of them, side by side. Not here:
definitions, which requests are answered at all (``web_server``). Dagster's page refuses whatever
would change anything, unless it is started with ``--operate``.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

from kinhbac.data_folder import SOURCES, data_folder
from kinhbac.problems import Refused
from kinhbac.registry import load_registry
from kinhbac.upkeep.shape import read_shape
from orchestration.home import home_of
from orchestration.refresh import prepare

MODULE = ("-m", "orchestration.definitions")
AT_REST = "60"
"""Seconds for which nobody has written to a file that a scheduled night takes in."""
LOOPBACK = ("--host", "127.0.0.1", "--port", "3000")


def commands(operate: bool = False) -> tuple[list[str], list[str]]:
    """The web server and the daemon, as they are started."""
    webserver = (sys.executable, "-m", "orchestration.web_server")
    daemon = Path(sys.executable).with_name("dagster-daemon").as_posix()
    look = () if operate else ("--read-only",)
    return [*webserver, *LOOPBACK, *look, *MODULE], [daemon, "run", *MODULE]


def main() -> None:
    """Serve Dagster on 127.0.0.1:3000 until told to end. Raises Refused for what must be mended
    first, and where page or daemon has ended by itself."""
    load_registry(SOURCES)  # its mistakes are told before anything starts
    data = data_folder()
    read_shape(data)
    prepare(data)
    os.environ["DAGSTER_HOME"] = home_of(data).as_posix()
    os.environ.setdefault("KINHBAC_REST", AT_REST)
    # The first process of a container is not ended by a signal that it has said nothing of.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    webserver, daemon = commands("--operate" in sys.argv[1:])
    with subprocess.Popen(daemon) as beside, subprocess.Popen(webserver) as page:
        try:
            while os.wait()[0] not in (beside.pid, page.pid):
                pass  # a container hands whoever was left behind to its first process
        except KeyboardInterrupt:
            return
        finally:
            page.terminate()
            beside.terminate()
    raise Refused(
        "Dagster's page or daemon has ended by itself, and the other was ended. Rule: they run side "
        "by side. Remedy: see above what it said, and start them again."
    )


def run() -> None:
    """Serve as a process, which says in a sentence what keeps it from serving."""
    try:
        main()
    except (Refused, OSError) as error:
        sys.exit(f"{error}")


if __name__ == "__main__":
    run()
