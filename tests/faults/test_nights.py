"""Whatever befalls the machine while the door is open, the ledger of the next night is as if not.

One trial of each kind, in processes of their own; ``python -m bench.night_faults`` runs thousands, and
whole nights.
"""

from __future__ import annotations

import subprocess
import sys

from bench.night_faults import KINDS, OF_RELEASES
from kinhbac.data_folder import PROJECT


def test_no_fault_of_the_machine_outlives_the_next_night() -> None:
    ended = subprocess.run(
        [sys.executable, "-m", "bench.night_faults", "--door", "1", "1"],
        cwd=PROJECT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert ended.returncode == 0, ended.stdout
    tried = {line.partition(":")[0] for line in ended.stdout.splitlines() if " trials in " in line}
    told = {line.partition(":")[0] for line in ended.stdout.splitlines() if "not tried" in line}
    assert tried | told == KINDS.keys() - OF_RELEASES
    assert told <= {"full_disk", "read_only"}
