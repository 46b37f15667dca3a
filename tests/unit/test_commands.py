"""What the command line says when the machine refuses."""

from __future__ import annotations

from pathlib import Path

from click.testing import CliRunner

from kinhbac.cli import main


def test_a_place_that_cannot_be_written_is_told_in_a_sentence(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.touch()
    told = CliRunner().invoke(main, ["dictionary", f"{file}/below"])
    assert told.exit_code == 1
    assert told.stderr.startswith(f"{file}") and "Remedy" in told.stderr
    assert isinstance(told.exception, SystemExit)
