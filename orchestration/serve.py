"""Dagster's web page and daemon on this machine only.

Here: the environment that Dagster's own commands need. Not here: definitions.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

from kinhbac.data_folder import SOURCES, data_folder
from kinhbac.registry import load_registry
from orchestration.refresh import prepare

MODULE = ["-m", "orchestration.definitions"]


def main() -> None:
    """Replace this process by ``dagster dev`` on 127.0.0.1:3000."""
    load_registry(SOURCES)  # its mistakes are told before anything starts
    data = data_folder()
    prepare(data)
    os.environ["DAGSTER_HOME"] = data.dagster.as_posix()
    dagster = Path(sys.executable).with_name("dagster").as_posix()
    os.execv(dagster, [dagster, "dev", "--host", "127.0.0.1", "--port", "3000", *MODULE])


if __name__ == "__main__":
    main()
