"""Templates are compiled once, and never shown as they were."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from types import CodeType

import pytest
from jinja2 import Environment, TemplateNotFound, UndefinedError

from kinhbac.scoreboard import compiled_templates
from kinhbac.scoreboard.kept import keep


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(compiled_templates, "TEMPLATES", tmp_path)
    monkeypatch.setattr(compiled_templates, "keep", partial(keep, folder=tmp_path / "made"))
    return tmp_path


def fill(name: str, **said: str) -> str:
    return compiled_templates.make_environment().get_template(name).render(**said)


def test_a_template_is_compiled_once_and_anew_when_it_changes(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    compiled: list[str | None] = []
    compile_it = Environment.compile

    def told(
        self: Environment, source: str, name: str | None = None, filename: str | None = None
    ) -> CodeType:
        compiled.append(name)
        return compile_it(self, source, name, filename)

    monkeypatch.setattr(Environment, "compile", told)
    (folder / "base.html").write_text("<b>{% block said %}{% endblock %}</b>")
    (folder / "page.html").write_text(
        '{% extends "base.html" %}{% block said %}{{ x }}{% endblock %}'
    )
    assert fill("page.html", x="<1>") == fill("page.html", x="<1>") == "<b>&lt;1&gt;</b>"
    assert compiled == ["page.html", "base.html"]
    (folder / "base.html").write_text("<i>{% block said %}{% endblock %}</i>")
    assert fill("page.html", x="2") == "<i>2</i>"
    assert compiled == ["page.html", "base.html", "base.html"]


def test_what_is_missing_is_an_error_also_from_kept_code(folder: Path) -> None:
    (folder / "page.html").write_text("{{ x }}")
    for _ in range(2):
        with pytest.raises(UndefinedError):
            fill("page.html")
    (folder / "page.html").unlink()
    with pytest.raises(TemplateNotFound):
        fill("page.html", x="1")
