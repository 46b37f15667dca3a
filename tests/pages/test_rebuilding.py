"""What is made anew when a site is built again, and what is taken over."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import duckdb
import pytest

from kinhbac.scoreboard import site
from kinhbac.scoreboard.addresses import split_address
from kinhbac.scoreboard.kept import keep
from kinhbac.scoreboard.pages import decomposition, figures
from kinhbac.scoreboard.site import build_site, site_paths
from kinhbac.scoreboard.tables import Tables
from kinhbac.words import catalogue
from tests.pages.conftest import KINDS, Board

FOLLOWED = (
    "update indicator_values set value = value + 1",
    "update indicator_values set status = 'red'",
    "update indicator_changes set previous_change = 7",
    "update latest_values set rank = rank + 1",
    "update operand_values set value = value + 1",
    "update revisions set area = '00006'",
    "update extracts set file = 'another'",
    "update limits set yellow_low = yellow_low + 1",
    "update progress set outlook_vi = 'another'",
    "update areas set valid_from = date '2026-01-01' where kind = 'province'",
    "update indicators set span = 'year_to_date'",
    "update indicators set name_vi = 'another'",
    "update data_elements set unit_en = 'another'",
    "update indicator_terms set coefficient = coefficient + 1",
    "update composite_aggregated set mark = 'another'",
    "update composite_ranks set rank_met = 0.5",
    "update composite_components set position = -position",
    "update composite_changes set change = 7",
    "update composite_denominated set value = value + 1",
    "update composite_treated set value = value + 1",
    "update composite_normalised set value = value + 1",
    "update composite_weighted set value = value + 1",
    "update composite_steps set gain = gain + 1",
    "update area_groups set name_vi = 'another'",
)
"""Changes of every kind of rows from which a script of figures follows."""


def test_only_what_has_changed_is_written_again(board: Board, tmp_path: Path) -> None:
    before, now = board.first.folder / "site", board.site
    same = {path for path in site_paths(now) if path in set(site_paths(before))}
    shared = {
        (split_address(path) or [path])[0]
        for path in same
        if (now / path).stat().st_ino == (before / path).stat().st_ino
    }
    assert {"assets/vega.js", "assets/fonts/regular.woff2"} <= shared
    # Figures were revised: what only lists definitions stays as it is.
    assert {"catalogue.html", "en/catalogue.html", "data/names.js"} <= shared
    assert not {"data/indicators/clinic_birth_rate.js", "data/latest/health.js"} & shared
    assert "indicators/clinic_birth_rate.html" not in shared  # it lists the revision
    again = build_site(board.release.folder / "warehouse.duckdb", tmp_path / "site", now)
    assert again.files == again.taken_over


def test_what_was_damaged_since_it_was_sealed_is_made_anew(board: Board, tmp_path: Path) -> None:
    """Also a page that is made of the same, and one that a script beside it is not."""
    damaged = tmp_path / "damaged"
    shutil.copytree(board.site, damaged / "site", copy_function=os.link)
    os.link(board.release.folder / "SHA256SUMS", damaged / "SHA256SUMS")
    figures, script = (
        path
        for path in sorted(site_paths(board.site))[::-1]
        if (split_address(path) or [""])[0] in ("data/latest/health.js", "assets/cells.js")
    )
    spoilt = ("catalogue.html", figures, script)
    for path in spoilt:
        (damaged / "site" / path).unlink()
        (damaged / "site" / path).write_text("torn", encoding="utf-8")
    warehouse = board.release.folder / "warehouse.duckdb"
    again = build_site(warehouse, tmp_path / "site", damaged / "site")
    assert again.files - again.taken_over == len(spoilt)
    for path in spoilt:
        assert (tmp_path / "site" / path).read_bytes() == (board.site / path).read_bytes()


@pytest.mark.parametrize("torn", [b"", b"{", b'{"index.html": 1}', b"\xff"])
def test_a_damaged_list_of_pages_is_made_anew_with_all_of_them(
    torn: bytes, board: Board, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    damaged = tmp_path / "damaged"
    shutil.copytree(board.site, damaged / "site", copy_function=os.link)
    os.link(board.release.folder / "SHA256SUMS", damaged / "SHA256SUMS")
    (damaged / "site" / "pages.json").unlink()
    (damaged / "site" / "pages.json").write_bytes(torn)
    again = build_site(
        board.release.folder / "warehouse.duckdb", tmp_path / "site", damaged / "site"
    )
    assert again.taken_over == 0
    assert "pages.json is not as it was sealed" in caplog.text
    for path in (*site_paths(board.site), "pages.json"):
        assert (tmp_path / "site" / path).read_bytes() == (board.site / path).read_bytes()


def test_a_script_of_figures_that_would_say_something_else_is_made_again(
    board: Board, tmp_path: Path
) -> None:
    sealed = board.release.folder / "warehouse.duckdb"
    before = make_scripts(sealed)
    changed_by = {}
    for number, statement in enumerate(FOLLOWED):
        copy = shutil.copyfile(sealed, tmp_path / f"{number}.duckdb")
        copy.chmod(0o644)
        with duckdb.connect(copy.as_posix()) as connection:
            connection.execute(statement)
        now = make_scripts(copy)
        changed_by[statement] = {path for path in now if now[path][1] != before[path][1]}
        taken = {path for path in now if now[path][0] == before[path][0]}
        assert not taken & changed_by[statement], statement
    assert [statement for statement, paths in changed_by.items() if not paths] == []


def make_scripts(warehouse: Path) -> dict[str, tuple[str | None, str | bytes | None]]:
    """Every script of figures: all that it is made of, and what it says."""
    with Tables(warehouse) as tables:
        made = [
            file
            for kind in (figures, decomposition)
            for file in kind.figures(tables, lambda *_: False)
        ]
    return {file.path: (file.state, file.content) for file in made}


def test_what_says_the_same_is_the_same_file_though_it_was_made_again(
    board: Board, tmp_path: Path
) -> None:
    other = board.spoilt(tmp_path, "update warnings set times_reopened = 9")
    page = KINDS["indicator"]
    assert (other.site / page).samefile(board.site / page)


def test_what_takes_seconds_is_made_once_an_installation(tmp_path: Path) -> None:
    made: list[bytes] = []

    def make() -> bytes:
        made.append(b"font")
        return made[-1]

    for _ in range(2):
        assert keep("a.font", "version 1", make, tmp_path) == b"font"
    assert len(made) == 1
    (kept,) = tmp_path.iterdir()
    kept.write_bytes(b"half a fo")  # whatever has become of it is not believed
    assert keep("a.font", "version 1", make, tmp_path) == b"font"
    keep("a.font", "version 2", make, tmp_path)
    assert len(made) == 3
    assert len(list(tmp_path.iterdir())) == 1  # what the first version made has given way


def test_another_word_makes_the_pages_anew(
    board: Board, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    words = shutil.copytree(site.CATALOGUE, tmp_path / "words")
    text = (words / "site.toml").read_text(encoding="utf-8")
    (words / "site.toml").write_text(
        text.replace("Đến nội dung", "Xuống dưới").replace("Skip to content", "Xuống dưới"),
        encoding="utf-8",
    )
    for module in (site, catalogue):
        monkeypatch.setattr(module, "CATALOGUE", words)
    for read in (catalogue.read_catalogue, catalogue.words_of):
        read.cache_clear()
    try:
        build_site(board.release.folder / "warehouse.duckdb", tmp_path / "site", board.site)
    finally:
        for read in (catalogue.read_catalogue, catalogue.words_of):
            read.cache_clear()
    for path in site_paths(tmp_path / "site"):
        if path.endswith(".html"):
            assert "Xuống dưới</a>" in (tmp_path / "site" / path).read_text(encoding="utf-8")
