"""Templates of pages are compiled once for an installation."""

from __future__ import annotations

from pathlib import Path
from typing import Never

import pytest
from jinja2 import Environment

from kinhbac.scoreboard.page_templates import keep_templates, open_templates


def refuse(*_: object, **__: object) -> Never:
    raise AssertionError("it is compiled again")


def test_a_template_that_was_compiled_is_not_compiled_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    keep_templates(tmp_path / "compiled")
    monkeypatch.setattr(Environment, "compile", refuse)
    opened = open_templates(tmp_path / "compiled")
    names = opened.list_templates()
    assert "today.html" in names
    assert [opened.get_template(name).name for name in names] == names


def test_where_nothing_can_be_kept_pages_are_written_all_the_same(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    folder = tmp_path / "not there" / "compiled"
    keep_templates(tmp_path / "file" / "compiled")
    assert open_templates(folder).get_template("today.html").name == "today.html"
    assert not folder.exists()
