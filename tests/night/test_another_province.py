"""Another province runs on its own registry, and nothing of this one stands in what it sees."""

from __future__ import annotations

import ast
import io
import zipfile
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import duckdb
import pytest

from kinhbac.data_folder import DBT_PROJECT, PROJECT
from kinhbac.drafting.registry_start import Province as Beginning
from kinhbac.drafting.registry_start import lay_down_registry
from kinhbac.night import TELLING, run
from tests.conftest import Province, Share, in_folder
from tests.straight import Compiled

OURS = ("Bắc Ninh", "Bac Ninh", "Bắc Giang", "Bac Giang", "Kinh Bắc")
HUNG_YEN = Beginning("33", "Tỉnh Hưng Yên", "Hung Yen Province", "Phố Hiến", "Pho Hien", "en")
PUBLICATION = """\
name: {vi: Danh mục chỉ số, en: Indicators}
description: {vi: Chỉ số của tỉnh, en: Indicators of the province}
publisher: UBND
address: https://hungyen.example/data/
area: "33"
licences: {free: {name: {vi: Tự do, en: Free}}}
licence: {open: free, shared: free, internal: free}
open: {address: "https://hungyen.example/open/", down_to: commune, simulated: true}
"""


def _publish(root: Path, project: Compiled) -> None:
    lay_down_registry(HUNG_YEN, root / "sources")
    made = in_folder(root, project)
    made.as_of = date(2026, 1, 20)
    made.write("publication.yml", PUBLICATION)
    for name in ("source.yml", "indicators.yml"):
        path = made.sources / "commune_return" / name
        text = path.read_text(encoding="utf-8").replace(
            "synthetic: true", "synthetic: true\naccess: open"
        )
        made.write(
            f"commune_return/{name}",
            text.replace("  unit: percent", "  unit: percent\n  access: open"),
        )
    made.publish()
    run(made.night(), TELLING)


@pytest.fixture(scope="module")
def hung_yen(share: Share, project: Compiled) -> Province:
    return in_folder(share("hung_yen", lambda root: _publish(root, project)))


def _texts(folder: Path) -> Iterator[tuple[str, str]]:
    """Whatever lies in a folder as text, with what is packed into workbooks and archives."""
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        content = path.read_bytes()
        if zipfile.is_zipfile(io.BytesIO(content)):
            with zipfile.ZipFile(io.BytesIO(content)) as packed:
                for name in packed.namelist():
                    yield f"{path.name}/{name}", packed.read(name).decode("utf-8", "replace")
        elif path.suffix == ".parquet":
            rows = duckdb.sql(f"from '{path.as_posix()}'").fetchall()
            yield path.name, str(rows)
        else:
            yield path.name, content.decode("utf-8", "replace")


def test_nothing_of_this_province_stands_in_what_another_one_sees(hung_yen: Province) -> None:
    seen = 0
    for folder in (hung_yen.data.current.resolve(), hung_yen.data.open.resolve()):
        assert folder.is_dir()
        for name, text in _texts(folder):
            seen += 1
            folded = text.casefold()
            assert not [ours for ours in OURS if ours.casefold() in folded], name
    assert seen > 100


def test_its_pages_have_its_name_and_open_in_its_language(hung_yen: Province) -> None:
    site = hung_yen.data.current / "site"
    first = (site / "index.html").read_text(encoding="utf-8")
    assert '<html lang="en">' in first and ">Pho Hien</a>" in first
    other = (site / "vi" / "report.html").read_text(encoding="utf-8")
    assert '<html lang="vi">' in other and "TỈNH HƯNG YÊN" in other and ">Phố Hiến</a>" in other
    [source] = (site / "vi" / "sources").glob("*.html")
    assert "· Tự do</li>" in source.read_text(encoding="utf-8"), (
        "the name of the licence, not its key"
    )
    edition = hung_yen.data.open / "vi" / "index.html"
    assert "Phố Hiến" in edition.read_text(encoding="utf-8")


def _told(path: Path) -> Iterator[str]:
    """What a file of code can say: all of it, or, of Python, its texts that are no docstrings."""
    text = path.read_text(encoding="utf-8")
    if path.suffix != ".py":
        yield text
        return
    tree = ast.parse(text)
    said = {
        id(node.value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in said:
            yield node.value


def test_no_code_no_word_and_no_model_names_this_province() -> None:
    kinds = {".py", ".sql", ".yml", ".toml", ".html", ".js", ".txt", ".css"}
    for folder in (PROJECT / "kinhbac", PROJECT / "orchestration", DBT_PROJECT / "models"):
        for path in folder.rglob("*"):
            for text in _told(path) if path.suffix in kinds else ():
                assert not [ours for ours in OURS if ours.casefold() in text.casefold()], path
