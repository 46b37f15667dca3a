"""How an edition follows the one before it, is refused, or is withdrawn.

Past 200 lines: a question a way in which it does.
"""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path
from types import SimpleNamespace

import duckdb
import polars as pl
import pytest
from click.testing import CliRunner, Result

from kinhbac import cli, night
from kinhbac.commands import installation
from kinhbac.night import Night, open_release, send_notices
from kinhbac.release import editions
from kinhbac.release.edition_in_force import Edition, EditionRefused, current_edition
from kinhbac.release.editions import publish_edition
from kinhbac.release.warehouse import WAREHOUSE
from kinhbac.stillness import Watch
from tests.conftest import Province, Share, in_folder
from tests.opened import (
    LATER,
    OPENING,
    declare,
    in_force,
    publish,
    release_of,
    tables,
    texts_below,
)
from tests.small_release import cell


def _publish_first(root: Path) -> None:
    made = in_folder(root)
    declare(made)
    release_of(made, 1, tables())
    publish(made)


@pytest.fixture
def followed(share: Share, tmp_path: Path) -> Province:
    """A province with its first edition in force, which another is to follow."""
    shutil.copytree(share("first_edition", _publish_first), tmp_path / "followed", symlinks=True)
    return in_folder(tmp_path / "followed")


def first_of(province: Province) -> Edition:
    """The edition that it came with."""
    edition = current_edition(province.data)
    assert edition is not None
    return edition


def test_a_night_that_changes_nothing_open_makes_no_edition(followed: Province) -> None:
    first = first_of(followed)
    told = tables()
    told["indicator_values"][-2]["value"] = 8.0
    release_of(followed, 2, told, LATER)
    assert publish(followed) == first
    assert [path.name for path in followed.data.editions.iterdir()] == ["1"]


def test_a_corrected_figure_is_told_and_the_rest_is_stored_once(followed: Province) -> None:
    first = first_of(followed).folder
    told = tables()
    told["indicator_values"][3]["value"] = 0.5
    told["indicator_values"].append(cell("born", 20.0, "00002", "2026-01"))
    release_of(followed, 2, told, LATER)
    second = publish(followed).folder
    assert second != first
    again = {
        path.relative_to(second).as_posix()
        for path in second.rglob("*")
        if path.is_file() and path.stat().st_nlink == 1
    }
    assert {"data/born.xlsx", "indicators/born.html", "data/_changes.csv"} <= again
    assert not [name for name in again if re.search("clinic|assets|structure", name)]
    told_of = (second / "CHANGELOG.md").read_text(encoding="utf-8")
    assert "Indicator born (`born`): 1 figures corrected" in told_of.replace(", =1+1", "")
    assert "(`born`): 1 figures added" in told_of
    assert "Edition 1, as of 20 Mar 2026\n- The first edition: 3 indicators." in told_of


def test_an_indicator_that_was_closed_is_counted_and_not_named(followed: Province) -> None:
    told = tables()
    told["indicator_values"].append(cell("born_at_clinics", 13.0, period="2026-01"))
    release_of(followed, 2, told, LATER)
    assert "born_at_clinics" in (publish(followed).folder / "CHANGELOG.md").read_text("utf-8")
    closed = {"staff_absent", "born_at_clinics", "clinic_rate"}  # the rate would tell the count
    declare(followed, closed=closed)
    release_of(followed, 3, tables(closed), LATER)
    text = texts_below(publish(followed).folder)
    assert "2 indicators that are open no longer" in text
    assert not re.search("born_at_clinics|clinic_rate", text)


def test_a_kill_leaves_the_last_edition(
    followed: Province, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = first_of(followed)
    told = tables()
    told["indicator_values"][0]["value"] = 31.0
    release_of(followed, 2, told, LATER)
    leftover = followed.data.editions / ".2.part"
    leftover.mkdir()
    (leftover / "half").touch()
    with monkeypatch.context() as patch:
        patch.setattr(editions, "settle", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            publish(followed)
    assert current_edition(followed.data) == first
    assert publish(followed).number == 2
    assert sorted(path.name for path in followed.data.editions.iterdir()) == ["1", "2"]


def test_a_lost_link_is_not_taken_for_the_beginning(followed: Province) -> None:
    followed.data.open.unlink()
    followed.data.open.symlink_to("editions/9")
    with pytest.raises(EditionRefused, match=r"leads to no edition.*Remedy"):
        publish(followed)


@pytest.mark.parametrize("lost", ["origins", "editions", "made_of", "indicators", "files"])
def test_nor_is_a_manifest_that_does_not_say_what_the_next_one_needs(
    lost: str, followed: Province
) -> None:
    path = first_of(followed).folder / "manifest.json"
    said = json.loads(path.read_text(encoding="utf-8"))
    del said[lost]
    path.unlink()
    path.write_text(json.dumps(said), encoding="utf-8")
    with pytest.raises(EditionRefused, match=rf"leads to no edition \('{lost}'\).*Remedy"):
        publish(followed)


@pytest.mark.parametrize("lost", ["index.html", "assets/style.*.css", "data/born.csv"])
def test_an_edition_that_was_damaged_is_followed_by_a_whole_one(
    lost: str, followed: Province
) -> None:
    """Though nothing open has changed: what everybody fetches is what was sealed."""
    first = first_of(followed)
    (found,) = first.folder.glob(lost)
    found.unlink()
    second = publish(followed)
    assert second.number == 2 and second.is_whole and not first.is_whole
    assert publish(followed) == second


@pytest.mark.parametrize("table", ["_changes", "_indicators", "born"])
@pytest.mark.parametrize("forged", [True, False])
def test_what_a_damaged_edition_says_is_not_told_on(
    table: str, forged: bool, followed: Province
) -> None:
    first = first_of(followed)
    path = first.folder / "data" / f"{table}.parquet"
    rows = pl.read_parquet(path)
    path.unlink()
    if forged:
        rows.with_columns(forged=True).write_parquet(path)
    told = tables()
    told["indicator_values"][0]["value"] = 31.0
    release_of(followed, 2, told, LATER)
    with pytest.raises(EditionRefused, match=f"editions/1: not as sealed: data/{table}.*Remedy"):
        publish(followed)
    assert current_edition(followed.data) == first


def test_a_registry_that_was_not_sealed_opens_nothing(opened: Province) -> None:
    """What a release is said to mean is what it was sealed with, not what is being written."""
    path = opened.sources / "clinic" / "indicators.yml"
    path.write_text(path.read_text("utf-8").replace("Indicator born", "Born"), encoding="utf-8")
    with pytest.raises(EditionRefused, match=r"something else than release 1.*run kinhbac refresh"):
        publish(opened)
    release_of(opened, 2, tables())
    assert publish(opened).release == 2


def test_nothing_is_opened_where_nothing_is_declared_open(opened: Province) -> None:
    declare(opened, opening="")
    assert publish_edition(opened.registry, opened.data, in_force(opened)) is None
    assert not opened.data.editions.exists()


def test_a_province_that_closes_everything_must_say_so_itself(followed: Province) -> None:
    first = first_of(followed)
    closed = {"born", "born_at_clinics", "clinic_rate", "staff_absent", "demo_births"}
    declare(followed, closed=closed)
    release_of(followed, 2, tables(closed))
    with pytest.raises(EditionRefused, match="no indicator is open any more"):
        publish(followed)
    assert current_edition(followed.data) == first


def test_leaving_the_word_out_takes_nothing_back_and_is_told(
    followed: Province, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An edition stays in force until it is withdrawn; neither night nor command keeps silent."""
    first = first_of(followed)
    declare(followed, opening="")
    tonight = Night(followed.registry, followed.data, followed.as_of)
    assert open_release(tonight) is None
    refused = tonight.report.edition_refused
    assert "declares no «open» any more, and edition 1" in refused
    assert "write `withdrawn: true`" in refused
    done = by_hand(followed, monkeypatch)
    assert done.exit_code == 1 and "write `withdrawn: true`" in done.output
    assert current_edition(followed.data) == first


@pytest.mark.parametrize("by_night", [True, False])
def test_what_was_opened_is_withdrawn_by_a_word(
    by_night: bool, followed: Province, monkeypatch: pytest.MonkeyPatch
) -> None:
    """At once, also of a release that was sealed before the word was written."""
    declare(followed, OPENING.replace("}", ", withdrawn: true}"))
    if by_night:
        tonight = Night(followed.registry, followed.data, followed.as_of)
        assert open_release(tonight) is None
        assert (tonight.report.edition, tonight.report.edition_refused) == ("1 withdrawn", "")
    else:
        done = by_hand(followed, monkeypatch)
        assert done.exit_code == 0 and done.output.startswith("Withdrawn: ")
    assert current_edition(followed.data) is None
    assert by_hand(followed, monkeypatch).output.startswith("Nothing is open")
    declare(followed)
    release_of(followed, 2, tables())
    assert publish(followed).number == 2


def by_hand(province: Province, monkeypatch: pytest.MonkeyPatch) -> Result:
    """``kinhbac edition``."""
    monkeypatch.setenv("KINHBAC_DATA", province.data.root.as_posix())
    monkeypatch.setattr(installation, "SOURCES", province.sources)
    return CliRunner().invoke(cli.main, ["edition"])


def suppress(province: Province, number: int) -> None:
    """A release in which one commune's figure is confidential, and follows from the others."""
    told = tables()
    told["indicator_values"][2] |= {"value": None, "state": "suppressed"}
    release_of(province, number, told)


def test_a_refusal_is_told_and_touches_neither_edition_nor_release(opened: Province) -> None:
    tonight = Night(opened.registry, opened.data, opened.as_of)
    first = open_release(tonight)
    assert tonight.report.edition == "1 published"
    suppress(opened, 2)
    again = Night(opened.registry, opened.data, opened.as_of)
    assert open_release(again) is None
    told = again.report.edition_refused
    assert "indicator born, period 2026-02, family areas of 24" in told
    assert "withheld 00002" in told and "edition 1 stays as it was" in told
    assert current_edition(opened.data) == first
    assert in_force(opened).number == 2


def test_a_refused_edition_is_tried_again_the_next_night(
    opened: Province, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Such a night is not taken for one after which there is nothing to do."""
    told = SimpleNamespace(summary="", doubtful=False, busy=False)
    ended: list[object] = []
    monkeypatch.setattr(night, "notify", lambda *_: told)
    monkeypatch.setattr(Watch, "end", lambda *_: ended.append(None))
    for refused, ends in (("no", 0), ("", 1)):
        tonight = Night(opened.registry, opened.data, opened.as_of)
        tonight.report.edition_refused = refused
        send_notices(tonight)
        assert len(ended) == ends


def test_a_person_opens_by_hand_and_is_told_why_not(
    opened: Province, monkeypatch: pytest.MonkeyPatch
) -> None:
    done = by_hand(opened, monkeypatch)
    assert (done.exit_code, done.output) == (
        0, f"edition 1 holds 3 indicators of release 1: {opened.data.open}\n"
    )  # fmt: skip
    suppress(opened, 2)
    refused = by_hand(opened, monkeypatch)
    assert refused.exit_code == 1
    assert "Remedy: open or close what is named above" in refused.output


def test_a_release_that_does_not_say_who_may_see_it_is_not_opened(opened: Province) -> None:
    with duckdb.connect((in_force(opened).folder / WAREHOUSE).as_posix()) as connection:
        connection.execute("alter table indicators drop access")
    with pytest.raises(EditionRefused, match="releases/1: it does not say who may see what"):
        publish(opened)
    assert not list(opened.data.editions.iterdir())
