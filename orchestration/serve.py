"""Dagster's web page and daemon on this machine only, the page to be looked at and not operated.

Here: the environment that Dagster's own commands need, both of them, side by side. Not here:
definitions, which requests are answered at all (``web_server``). Dagster's page refuses whatever
would change anything, unless it is started with ``--operate``.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from kinhbac.data_folder import SOURCES, data_folder
from kinhbac.registry import load_registry
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
    """Serve Dagster on 127.0.0.1:3000 until told to end."""
    load_registry(SOURCES)  # its mistakes are told before anything starts
    data = data_folder()
    prepare(data)
    os.environ["DAGSTER_HOME"] = home_of(data).as_posix()
    os.environ.setdefault("KINHBAC_REST", AT_REST)
    webserver, daemon = commands("--operate" in sys.argv[1:])
    with subprocess.Popen(daemon) as beside:
        try:
            subprocess.run(webserver, check=False)
        except KeyboardInterrupt:
            pass
        finally:
            beside.terminate()


if __name__ == "__main__":
    main()
