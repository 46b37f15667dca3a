"""What is altered on disk between two nights is made again, or refused by name; never published."""

from __future__ import annotations

import os
import re
import shutil
import stat
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

import polars as pl
import pytest
from click.testing import CliRunner

from kinhbac.cli import main
from kinhbac.data_folder import DataFolder
from kinhbac.ingest.chain import CHAIN
from kinhbac.ingest.landing_zone import find_strays
from kinhbac.ingest.ledger import LedgerBroken
from kinhbac.ingest.ledger_proof import PUT_BACK
from kinhbac.night import COMPUTING, Night, run
from kinhbac.problems import Refused
from kinhbac.release.releases import WAREHOUSE, current_release
from tests.conftest import FEBRUARY, JANUARY, Province, Share, in_folder, make_tiny
from tests.straight import Compiled

DAY = date(2026, 3, 21)
PLACE = "clinic/2026-01/2026-02-03_a.csv"
DOOR = tuple(step for step in COMPUTING if step.name in ("registry", "raw", "ledger"))
Fault = Callable[[DataFolder], object]


def _publish(root: Path, project: Compiled) -> None:
    made = make_tiny(root)
    made.project = project
    made.land(PLACE, JANUARY)
    made.publish()
    made.land("clinic/2026-02/2026-03-03_a.csv", FEBRUARY)


@pytest.fixture
def between(share: Share, project: Compiled, tmp_path: Path) -> Province:
    """After the first night; February has come since."""
    folder = share("between", lambda root: _publish(root, project))
    for part in ("sources", "data"):
        shutil.copytree(folder / part, tmp_path / part, symlinks=True)
    # As who installs it gives it; by itself it has the rights of whoever landed the first file.
    (tmp_path / "data").chmod(0o700)
    return in_folder(tmp_path, project)


def next_night(province: Province) -> Night:
    return replace(province.night(), as_of=DAY)


def only(folder: Path, pattern: str) -> Path:
    [found] = folder.glob(pattern)
    return found


def typed(data: DataFolder) -> Path:
    return only(data.raw / "clinic" / "2026-01", "*.parquet")


def entry(data: DataFolder) -> Path:
    return only(data.raw / "clinic" / "2026-01", "*.json")


def chain(data: DataFolder) -> Path:
    return data.raw / "clinic" / CHAIN


def write(path: Path, content: bytes) -> None:
    path.chmod(0o600)
    path.write_bytes(content)


def halve(path: Path) -> None:
    write(path, path.read_bytes()[: path.stat().st_size // 2])


def swap(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    write(path, text.replace(old, new, 1).encode())


def alter(path: Path) -> None:
    told = pl.read_parquet(path)
    path.unlink()
    told.with_columns(pl.col("value") + 1).write_parquet(path)


def empty_the_landing_zone(data: DataFolder) -> None:
    (data.landing / PLACE).unlink()


def lose_the_kept(data: DataFolder) -> None:
    only(data.kept / "clinic" / "2026-01", "*.zst").unlink()


def cut(path: Path, lines: slice) -> None:
    write(path, b"".join(path.read_bytes().splitlines(keepends=True)[lines]))


def both(*faults: Fault) -> Fault:
    def make(data: DataFolder) -> None:
        for fault in faults:
            fault(data)

    return make


MENDED: dict[str, Fault] = {
    "a figure in raw Parquet": lambda data: alter(typed(data)),
    "raw Parquet cut": lambda data: halve(typed(data)),
    "raw Parquet gone": lambda data: typed(data).unlink(),
    "raw Parquet, no longer landed": both(
        lambda data: alter(typed(data)), lambda data: empty_the_landing_zone(data)
    ),
    "raw Parquet, no longer kept": both(
        lambda data: alter(typed(data)), lambda data: lose_the_kept(data)
    ),
    "accepted": lambda data: swap(entry(data), '"accepted": true', '"accepted": false'),
    "day of receipt": lambda data: swap(entry(data), "2026-02-03", "2026-02-01"),
    "an entry cut": lambda data: halve(entry(data)),
    "an entry gone": lambda data: entry(data).unlink(),
    "receipts cut": lambda data: halve(data.raw / "clinic" / "receipts.json"),
    "receipts": lambda data: swap(data.raw / "clinic" / "receipts.json", "02-03", "02-01"),
    "a line of the chain": lambda data: swap(chain(data), '"accepted": true', '"accepted": false'),
    "a torn line": lambda data: write(chain(data), chain(data).read_bytes() + b"0123 2026-01"),
    "the last line of the chain cut": lambda data: write(
        chain(data), chain(data).read_bytes()[:-99]
    ),
    "what was taken in": lambda data: write(data.raw / "taken-in", b"\xff"),
}


@pytest.mark.parametrize("fault", MENDED.values(), ids=MENDED)
def test_what_something_else_holds_is_made_again(between: Province, fault: Fault) -> None:
    whole = {path: path.read_bytes() for path in (typed(between.data), entry(between.data))}
    told = pl.read_parquet(typed(between.data))
    said = chain(between.data).read_bytes()
    fault(between.data)
    run(next_night(between), DOOR)
    assert pl.read_parquet(typed(between.data)).equals(told)
    assert entry(between.data).read_bytes() == whole[entry(between.data)]
    assert chain(between.data).read_bytes().startswith(said)
    extracts = pl.read_parquet(between.data.tables / "extracts.parquet")
    assert extracts.select("period", "standing", "received_on").rows() == [
        ("2026-01", "in_force", date(2026, 2, 3)),
        ("2026-02", "in_force", date(2026, 3, 3)),
    ]


def test_what_is_kept_is_made_again_from_what_still_lies_there_or_named(
    between: Province, caplog: pytest.LogCaptureFixture
) -> None:
    kept = only(between.data.kept / "clinic" / "2026-01", "*.zst")
    whole = kept.read_bytes()
    halve(kept)
    run(next_night(between), DOOR)
    assert kept.read_bytes() == whole and f".kept/clinic/2026-01/{kept.name}" in caplog.text
    empty_the_landing_zone(between.data)
    caplog.clear()
    halve(kept)
    run(next_night(between), DOOR)
    assert kept.read_bytes() == whole[: len(whole) // 2] and PUT_BACK in caplog.text


@pytest.mark.parametrize("left", [0, 40, 700, None], ids="{}".format)
def test_before_the_first_release_a_cut_chain_loses_no_delivery(
    between: Province, left: int | None
) -> None:
    shutil.rmtree(between.data.releases)
    between.data.current.unlink()
    said = chain(between.data).read_bytes()
    write(chain(between.data), said[: said.index(b"\n") + 1] if left is None else said[:left])
    run(next_night(between), DOOR)
    extracts = pl.read_parquet(between.data.tables / "extracts.parquet")
    assert extracts["period"].to_list() == ["2026-01", "2026-02"]
    if left is not None and left != 700:  # of which all is known from what lies beside
        turns = pl.read_parquet(between.data.tables / "turns.parquet").filter(period="2026-01")
        assert turns["met_on"].to_list() == [date(2026, 3, 20)]
    if left is None:
        assert chain(between.data).read_bytes().startswith(said[: said.index(b"\n") + 1])


REFUSED: dict[str, tuple[Fault, str]] = {
    "Parquet and all copies": (
        both(lambda d: alter(typed(d)), empty_the_landing_zone, lose_the_kept),
        r"raw/clinic/2026-01/\w+\.parquet: .* gone or altered too.*have the file delivered again",
    ),
    "the last lines": (
        lambda data: cut(chain(data), slice(0, -1)),
        "raw/clinic/chain: lines that a release names were cut out.*kinhbac rebind clinic",
    ),
    "the first line": (
        lambda data: cut(chain(data), slice(1, None)),
        "raw/clinic/chain: line 1 is not bound to the one before it",
    ),
    "the chain": (
        lambda data: chain(data).unlink(),
        "raw/clinic/chain: it is not there, though a release names it",
    ),
    "all of the ledger": (
        lambda data: shutil.rmtree(data.raw / "clinic"),
        "raw/clinic/chain: it is not there, though a release names it",
    ),
}


@pytest.mark.parametrize(("fault", "sentence"), REFUSED.values(), ids=REFUSED)
def test_what_nothing_else_holds_is_named_and_nothing_is_made_of_it(
    between: Province, fault: Fault, sentence: str
) -> None:
    fault(between.data)
    with pytest.raises(LedgerBroken, match=sentence):
        run(next_night(between), DOOR)
    assert pl.read_parquet(between.data.tables / "extracts.parquet").height == 1


def ask(province: Province, monkeypatch: pytest.MonkeyPatch, *command: str) -> tuple[int, str]:
    monkeypatch.setenv("KINHBAC_DATA", province.data.root.as_posix())
    monkeypatch.setattr("kinhbac.commands.installation.SOURCES", province.sources)
    told = CliRunner().invoke(main, command)
    assert "Traceback" not in told.output
    return told.exit_code, told.output


def test_who_takes_a_lost_ledger_as_true_goes_on(
    between: Province, monkeypatch: pytest.MonkeyPatch
) -> None:
    chain(between.data).unlink()
    assert ask(between, monkeypatch, "rebind", "clinic") == (
        0, "The ledger of clinic was bound as it lies, with 1 entries.\n",
    )  # fmt: skip
    run(next_night(between), DOOR)
    assert pl.read_parquet(between.data.tables / "extracts.parquet").height == 2
    assert ask(between, monkeypatch, "rebind", "nobody")[0] == 1


NAMED: dict[str, tuple[Fault, str]] = {
    "raw Parquet": (lambda d: alter(typed(d)), r"raw/clinic/2026-01/\w+\.parquet"),
    "an entry": (lambda d: swap(entry(d), "true", "false"), r"raw/clinic/2026-01/\w+\.json"),
    "an entry put in": (
        lambda d: shutil.copy(entry(d), entry(d).with_name("abcdefabcdef.json")),
        r"raw/clinic/2026-01/abcdefabcdef\.json: the ledger does not know it",
    ),
    "what was delivered": (
        lambda d: halve(next(d.kept.glob("clinic/*/*.zst"))), r"\.kept/clinic/2026-01/\w+\.zst",
    ),
    "a table": (
        lambda d: alter(d.current / "indicator_values.parquet"),
        r"releases/1/indicator_values\.parquet: its bytes are not those that were sealed",
    ),
    "a figure in the database": (
        lambda d: halve(d.current / "warehouse.duckdb"), r"releases/1/warehouse\.duckdb",
    ),
    "a page": (
        lambda d: write(d.current / "site" / "index.html", b"<script>alert(1)</script>"),
        r"releases/1/site/index\.html: its bytes are not those that were sealed",
    ),
    "a script put in": (
        lambda d: (d.current / "site" / "new.js").write_text("alert(1)"),
        r"releases/1/site/new\.js: it was added",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("fault", "named"), NAMED.values(), ids=NAMED)
def test_check_and_verify_prove_by_hash_and_name_what_is_not_so(
    between: Province, monkeypatch: pytest.MonkeyPatch, fault: Fault, named: str
) -> None:
    assert ask(between, monkeypatch, "verify")[0] == 0
    fault(between.data)
    for command in ("check", "verify"):
        code, said = ask(between, monkeypatch, command)
        assert code == 1
        assert re.search(named, said), said


def lose_current(data: DataFolder, target: str) -> None:
    data.current.unlink()
    data.current.symlink_to(target)


def make_a_folder_of_it(data: DataFolder) -> None:
    release = data.current.resolve()
    data.current.unlink()
    shutil.copytree(release, data.current)


LOST: dict[str, tuple[Fault, str]] = {
    "dangling": (lambda d: lose_current(d, "releases/7"), "it leads to releases/7, and there"),
    "elsewhere": (lambda d: lose_current(d, "raw/1"), "it leads to raw/1, and there"),
    "a folder": (make_a_folder_of_it, "it is no link to a release"),
}


@pytest.mark.parametrize(("fault", "sentence"), LOST.values(), ids=LOST)
def test_a_lost_memory_is_no_first_night_and_the_command_that_is_named_finds_it(
    between: Province, monkeypatch: pytest.MonkeyPatch, fault: Fault, sentence: str
) -> None:
    fault(between.data)
    with pytest.raises(Refused, match=f"current: {sentence}.*«kinhbac use 1»"):
        run(next_night(between), DOOR)
    assert ask(between, monkeypatch, "use", "9")[0] == 1
    assert ask(between, monkeypatch, "use", "1") == (
        0, "Release 1 of 20/03/2026 is in force.\n",
    )  # fmt: skip
    release = current_release(between.data)
    assert release and release.number == 1 and between.data.current.is_symlink()


def test_a_release_that_was_altered_is_not_put_in_force(
    between: Province, monkeypatch: pytest.MonkeyPatch
) -> None:
    alter(between.data.releases / "1" / "indicator_values.parquet")
    between.data.current.unlink()
    code, said = ask(between, monkeypatch, "use", "1")
    assert code == 1 and "release 1 was not put in force" in said
    assert not between.data.current.exists()


def test_a_night_of_a_day_that_has_passed_is_refused_before_anything_is_made(
    between: Province,
) -> None:
    tables = {path: path.stat().st_mtime_ns for path in between.data.tables.iterdir()}
    with pytest.raises(Refused, match="A night of 19/03/2026 would come before release 1"):
        run(replace(between.night(), as_of=date(2026, 3, 19)))
    assert tables == {path: path.stat().st_mtime_ns for path in between.data.tables.iterdir()}


LEFT_OVER: dict[str, Fault] = {
    "a folder for the link": lambda data: (data.root / ".current.part").mkdir(),
    "a file for the release": lambda data: (data.releases / ".2.part").write_text("x"),
    "what was built": lambda data: write(data.candidate.with_name("built.json"), b"{"),
    "tables cut": lambda data: [halve(path) for path in data.tables.glob("*.parquet")],
    "evidence cut": lambda data: halve(data.evidence),
    "the database in force cut": lambda data: halve(data.releases / "1" / WAREHOUSE),
}


def become_folder(path: Path) -> None:
    path.unlink(missing_ok=True)
    (path / "inside").mkdir(parents=True)


IN_THE_WAY: dict[str, Fault] = {
    "the candidate": lambda data: become_folder(data.candidate),
    "what was built": lambda data: become_folder(data.candidate.with_name("built.json")),
    "the evidence": lambda data: become_folder(data.evidence),
    "a table": lambda data: become_folder(data.tables / "extracts.parquet"),
    "results of numerics": lambda data: become_folder(data.computed / "robustness.txt"),
    "what dbt said": lambda data: become_folder(data.dbt / "target" / "run_results.json"),
}


def test_folders_where_files_belong_are_in_nobodys_way(between: Province) -> None:
    for fault in IN_THE_WAY.values():
        fault(between.data)
    run(next_night(between))
    release = current_release(between.data)
    assert release and release.number == 2
    assert all(path.is_file() for path in (between.data.candidate, between.data.evidence))


def test_left_overs_and_derived_files_of_any_kind_are_made_again(between: Province) -> None:
    for fault in LEFT_OVER.values():
        fault(between.data)
    run(next_night(between))
    release = current_release(between.data)
    assert release and release.number == 2
    values = pl.read_parquet(release.folder / "indicator_values.parquet")
    assert values.filter(indicator="births_to_date", area="24", period="2026-02")[
        "value"
    ].to_list() == [60.0]
    _nobody_else_may_read(between.data)


def test_what_was_taken_in_stays_when_a_link_takes_its_place(between: Province) -> None:
    secret = between.data.root.parent / "secret.csv"
    secret.write_text("GEHEIM-4711\n", encoding="utf-8")
    landed = between.data.landing / PLACE
    landed.unlink()
    landed.symlink_to(secret)
    run(next_night(between))
    assert find_strays(between.registry, between.data) == {PLACE: "is a link"}
    release = current_release(between.data)
    assert release and release.number == 2
    values = pl.read_parquet(release.folder / "indicator_values.parquet")
    standing = values.filter(indicator="births_to_date", area="24", period="2026-01")
    assert standing["state"].to_list() == ["value"] and standing["value"].to_list() == [40.0]
    told = [path for path in between.data.root.rglob("*") if path.is_file() and path != landed]
    assert not [path for path in told if b"GEHEIM-4711" in path.read_bytes()]


def _nobody_else_may_read(data: DataFolder) -> None:
    """Of all that is made, others may open what is public and pass on the way to it."""
    passed = {data.root, data.releases, *data.releases.iterdir(), data.editions}
    for folder, names, files in os.walk(data.root):
        if Path(folder) == data.landing:
            names[:] = [".kept"]  # who may lay down deliveries is the installation's to say
            continue
        for path in (Path(folder), *(Path(folder) / name for name in files)):
            parts = path.relative_to(data.root).parts
            public = (parts[:1] == ("editions",) and parts[1:]) or parts[2:3] == ("site",)
            if path.is_symlink():
                continue
            others = stat.S_IMODE(path.lstat().st_mode) & 0o077
            if path in passed:
                assert others & 0o066 == 0, (path, oct(others))
            else:
                assert public or others == 0, (path, oct(others))
