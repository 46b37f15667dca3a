"""Tests of a process that ends at once."""

import subprocess
import sys

ENDING = """
import atexit
from kinhbac.loading import leave
atexit.register(lambda: print("registered"))
print("said")
leave(3)
"""


def test_whoever_leaves_has_said_all_and_done_what_was_registered() -> None:
    ended = subprocess.run([sys.executable, "-c", ENDING], capture_output=True, text=True)
    assert ended.returncode == 3
    assert ended.stdout.split() == ["said", "registered"]
    assert not ended.stderr
