"""One night of one province on one day: the process that is measured.

Here: where the registry lies and which day it is, said before the command line is imported,
which reads both as it loads. Not here: anything else, because all of it would be measured.
Run by ``refresh``: ``python -m bench.one_night SOURCES DAY``, with ``KINHBAC_DATA``.
"""

from __future__ import annotations

import sys
from datetime import date
from pathlib import Path

from kinhbac import calendar, data_folder


def be_night(sources: Path, day: date) -> None:
    """Run ``kinhbac refresh`` as if it were ``day`` and ``sources`` were the project's."""
    vars(calendar).update(today=lambda: day)
    vars(data_folder).update(SOURCES=sources)
    from kinhbac.cli import run

    run(["refresh"])


if __name__ == "__main__":
    be_night(Path(sys.argv[1]), date.fromisoformat(sys.argv[2]))
