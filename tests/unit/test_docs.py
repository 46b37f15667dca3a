"""What the documents tell a reader to type is there to be typed."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from kinhbac.cli import main
from kinhbac.data_folder import PROJECT

DOCUMENTS = [
    *(PROJECT / name for name in ("README.md", "CONTRIBUTING.md", "SECURITY.md")),
    PROJECT / "sources" / "README.md",
    *(PROJECT / "docs").glob("*.md"),
]
WRITTEN = [path for path in DOCUMENTS if path.exists()]


@pytest.mark.parametrize("path", WRITTEN, ids=lambda path: path.name)
def test_every_command_of_a_document_exists(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    commands = set(re.findall(r"(?:`|^\s+|/)kinhbac ([a-z][a-z-]*)", text, re.MULTILINE))
    assert commands <= set(main.commands)
    targets = set(re.findall(r"(?:`|^\s+)make ([a-z-]+)", text, re.MULTILINE))
    makefile = (PROJECT / "Makefile").read_text(encoding="utf-8")
    assert targets <= set(re.findall(r"^([a-z-]+):", makefile, re.MULTILINE))


@pytest.mark.parametrize("path", WRITTEN, ids=lambda path: path.name)
def test_every_link_of_a_document_leads_to_a_file(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    for target in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", text):
        assert (path.parent / target).exists(), target


def test_every_folder_and_file_that_a_contributor_is_sent_to_exists() -> None:
    text = (PROJECT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    named = re.findall(
        r"`((?:kinhbac|dbt_project|tests|expectations|sources|docs)/[\w./-]*)`", text
    )
    assert named
    for name in named:
        assert (PROJECT / name).exists(), name
