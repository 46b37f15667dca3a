"""What a process loads, and a process that ends at once."""

import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest

from kinhbac.loading import not_installed

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


def test_what_is_not_installed_for_a_while_can_be_imported_again(tmp_path: Path) -> None:
    (tmp_path / "wanted_by_nobody.py").write_text("there = True")
    sys.path.append(f"{tmp_path}")
    try:
        with (
            not_installed("wanted_by_nobody"),
            pytest.raises(ModuleNotFoundError, match=r"^No module named 'wanted_by_nobody'$"),
        ):
            import_module("wanted_by_nobody")
        assert import_module("wanted_by_nobody").there
    finally:
        sys.path.remove(f"{tmp_path}")


DOOR = """
import sys
from kinhbac.loading import not_installed
with not_installed("hypothesis", "pandas", "pyspark"):
    from kinhbac.ingest.row_examination import pa, pl
schema = pa.DataFrameSchema({"deaths": pa.Column(pl.Int64, pa.Check.ge(0))})
try:
    schema.validate(pl.DataFrame({"deaths": [1, -1]}), lazy=True)
except pa.errors.SchemaErrors as errors:
    print(errors.failure_cases["index"].to_list())
print({"hypothesis", "pandas", "pyspark"} & {*sys.modules})
"""


def test_the_door_checks_without_loading_what_it_reads_nothing_with() -> None:
    checked = subprocess.run([sys.executable, "-c", DOOR], capture_output=True, text=True)
    assert checked.stdout.split("\n") == ["[1]", "set()", ""], checked.stderr
