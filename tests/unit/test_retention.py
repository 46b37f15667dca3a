"""Old releases lose what people look at, never what they say."""

from __future__ import annotations

import json
import os
import re
import shutil
from datetime import date, timedelta
from pathlib import Path

import dagster as dg
import pytest
from click.testing import CliRunner, Result
from dagster import DagsterRun

from kinhbac import calendar, cli
from kinhbac.commands import installation
from kinhbac.data_folder import DataFolder, point_to
from kinhbac.problems import ProblemsFound
from kinhbac.release.attestation import PRUNED, attest
from kinhbac.release.going_back import put_in_force
from kinhbac.release.releases import release_numbered
from kinhbac.release.verification import verify
from kinhbac.release.warehouse import warehouse_of
from kinhbac.upkeep.retention import Policy, find_let_go, let_go, read_policy
from orchestration.refresh import prepare
from orchestration.run_log import forget_runs
from tests.conftest import Province

POLICY = Policy(every_release_days=60, month_ends_months=12)
DAY = date(2027, 3, 31)
DAYS = ("2026-02-27", "2026-02-28", "2026-06-10", "2026-06-30", "2027-01-15", "2027-01-31",
        "2027-02-20", "2027-03-31")  # fmt: skip


@pytest.fixture
def years(published: Province) -> DataFolder:
    """Releases 1 to 8, of the days above; the pages of all are the same but for one."""
    data = published.data
    first = data.releases / "1"
    for number, day in enumerate(DAYS, 1):
        folder = data.releases / str(number)
        if number > 1:
            shutil.copytree(first, folder, copy_function=os.link)
            (folder / "SHA256SUMS").unlink()
        page = folder / "site" / "index.html"
        text = page.read_text() + f"<!-- {number} -->"
        page.unlink()
        page.write_text(text)
        manifest = json.loads((folder / "manifest.json").read_text())
        (folder / "manifest.json").unlink()
        manifest |= {"release": number, "as_of": day}
        (folder / "manifest.json").write_text(json.dumps(manifest))
        if number == 1:
            (folder / "SHA256SUMS").unlink()
        attest(folder)
    point_to(data.current, "releases/8")
    return data


def ask(data: DataFolder, *arguments: str) -> Result:
    environment = {"KINHBAC_DATA": data.root.as_posix()}
    return CliRunner().invoke(cli.main, arguments, env=environment)


def pages_of(data: DataFolder) -> list[int]:
    return sorted(int(path.parent.name) for path in data.releases.glob("*/site"))


def test_recent_ones_and_ends_of_months_are_kept(years: DataFolder) -> None:
    gone = find_let_go(years, POLICY, DAY)
    assert sorted({each.release for each in gone}) == [1, 2, 3, 5]
    let_go(gone, DAY)
    assert pages_of(years) == [4, 6, 7, 8]
    assert find_let_go(years, POLICY, DAY) == []


def test_the_one_in_force_is_kept_however_old(years: DataFolder) -> None:
    gone = find_let_go(years, POLICY, date(2040, 1, 1))
    assert {each.release for each in gone} == {1, 2, 3, 4, 5, 6, 7}


def test_what_a_release_says_stays_the_same(years: DataFolder) -> None:
    release = release_numbered(years, 2)
    assert release
    before = (release.folder / "indicator_values.parquet").read_bytes()
    database = warehouse_of(release)
    gone = [each for each in find_let_go(years, POLICY, DAY) if each.release == 2]
    assert {each.path.name for each in gone} == {"site", database.name}
    let_go(gone, DAY)
    assert not database.exists()
    done = verify(release.folder)
    assert done.problems == [] and "its pages were taken away, as it says itself" in done.proven
    assert (release.folder / "indicator_values.parquet").read_bytes() == before
    assert warehouse_of(release).exists()


def test_pages_that_nobody_says_were_taken_away_are_missed(years: DataFolder) -> None:
    folder = years.releases / "2"
    shutil.rmtree(folder / "site")
    assert any(problem.file == "releases/2/site/index.html" for problem in verify(folder).problems)
    (folder / PRUNED).write_text("x")
    (folder / "site").mkdir()
    assert verify(folder).problems


def test_a_release_without_pages_is_not_put_in_force(years: DataFolder) -> None:
    let_go(find_let_go(years, POLICY, DAY), DAY)
    with pytest.raises(ProblemsFound, match="its pages were taken away"):
        put_in_force(years, 3)
    assert put_in_force(years, 4)


def test_nothing_is_taken_away_before_it_was_shown(
    years: DataFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(installation, "today", lambda: DAY)
    years.retention.write_text("every_release_days: 60\nmonth_ends_months: 12\n")
    said = ask(years, "prune")
    assert said.exit_code == 0 and re.search(r"^ +3  site +\d+$", said.output, re.MULTILINE)
    assert "would be made free" in said.output and pages_of(years) == [1, 2, 3, 4, 5, 6, 7, 8]
    assert "were made free" in ask(years, "prune", "--yes").output
    assert pages_of(years) == [4, 6, 7, 8]


def test_old_runs_of_dagster_are_forgotten(published: Province) -> None:
    home = published.data.dagster
    prepare(published.data)
    with dg.DagsterInstance.from_config(home.as_posix()) as instance:
        run = instance.add_run(DagsterRun("nightly_job", "b53d9615-aa23-4f03-ae7d-301910934d32"))
        instance.report_engine_event("it began", run)
    assert forget_runs(published.data, calendar.now() - timedelta(hours=1)) == 0
    assert forget_runs(published.data, calendar.now() + timedelta(hours=1)) == 1
    assert not list(home.rglob(f"{run.run_id}.db*"))
    assert forget_runs(DataFolder(published.data.root / "nowhere"), calendar.now()) == 0


def test_what_other_releases_share_is_not_counted_as_room(years: DataFolder) -> None:
    [pages] = [
        e for e in find_let_go(years, POLICY, DAY) if (e.release, e.path.name) == (3, "site")
    ]
    assert pages.freed == (years.releases / "3" / "site" / "index.html").stat().st_size


def test_a_kill_half_way_is_ended_by_the_next(
    years: DataFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    def killed(path: Path) -> None:
        (path / "index.html").unlink()
        raise KeyboardInterrupt

    gone = find_let_go(years, POLICY, DAY)
    with monkeypatch.context() as patch:
        patch.setattr("kinhbac.upkeep.retention.take_away", killed)
        with pytest.raises(KeyboardInterrupt):
            let_go(gone, DAY)
    let_go(find_let_go(years, POLICY, DAY), DAY)
    assert pages_of(years) == [4, 6, 7, 8]


@pytest.mark.parametrize(
    "text", ["every_release_days: 0\nmonth_ends_months: 1\n", "every_release_days: 5\n", "x: ["]
)
def test_a_policy_that_cannot_be_followed_is_refused_with_its_line(
    published: Province, text: str
) -> None:
    published.data.retention.write_text(text)
    with pytest.raises(ProblemsFound, match=r"retention\.yml"):
        read_policy(published.data)
