"""What was changed, cut out or added is named, on a copy too, and by everybody's own tools.

Past 200 lines: a question a way in which a folder can be touched.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import duckdb
import polars as pl
import pytest
from click.testing import CliRunner
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)

from kinhbac.checksums import SUMS, format_sums, read_sums
from kinhbac.cli import main
from kinhbac.data_folder import hash_file
from kinhbac.problems import ProblemsFound
from kinhbac.release.attestation import attest
from kinhbac.release.contents import store_once
from kinhbac.release.releases import MANIFEST, hash_table
from kinhbac.release.signature import PUBLIC_KEY, SIGNATURE
from kinhbac.release.signing_keys import SIGNING_KEY, find_signing_key, read_public_key
from kinhbac.release.succession import name_previous
from kinhbac.release.verification import verify

DATABASE = "warehouse.duckdb"
MACRO = "create macro told(day) as table\nfrom areas;\n"
FORMULA = """
create or replace table areas (
    area varchar,
    figure bigint generated always as (if(now() < timestamptz '2999-01-01', 1, 2))
)
"""
SHADOWS = """
create macro hash(of_what) as 1;
create macro duckdb_tables() as table
select
    'main' as schema_name, unnest(['areas', 'figures']) as table_name,
    current_database() as database_name, false as internal;
create macro duckdb_functions() as table
select
    'main' as schema_name, 'told' as function_name,
    current_database() as database_name, false as internal;
"""
"""A database's own answers to what it is asked: all is as it should be."""


def write_key(path: Path, form: PrivateFormat = PrivateFormat.PKCS8) -> Path:
    """A new key, and beside it the public one as administrators pass it on."""
    private = Ed25519PrivateKey.generate()
    path.write_bytes(private.private_bytes(Encoding.PEM, form, NoEncryption()))
    path.chmod(0o600)
    public = private.public_key().public_bytes(Encoding.OpenSSH, PublicFormat.OpenSSH)
    path.with_suffix(".pub").write_bytes(public)
    return path


@pytest.fixture
def key(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = write_key(tmp_path / "signing.key")
    monkeypatch.setenv(SIGNING_KEY, path.as_posix())
    return path


def seal(releases: Path, number: int, before: Path | None = None) -> Path:
    """A small release: a table in a file, one in parts, a page, no database any more."""
    folder = releases / str(number)
    (folder / "site").mkdir(parents=True)
    rows = pl.DataFrame({"area": ["24", "00001"], "figure": [1, 2]})
    rows.write_parquet(folder / "areas.parquet")
    parts = folder / "figures.parquet"
    parts.mkdir()
    for part, (name, figure) in enumerate([("one", 1), ("two", number)]):
        rows[part : part + 1].with_columns(figure=figure).write_parquet(parts / f"{name}.parquet")
    (folder / "site" / "index.html").write_text("<p>Bắc Ninh</p>", encoding="utf-8")
    (folder / "warehouse.sql").write_text(MACRO, encoding="utf-8")
    tables = {
        name: {"sha256": hash_table(folder / f"{name}.parquet")} for name in ("areas", "figures")
    }
    previous = name_previous(number - 1, before) if before else None
    manifest = {"release": number, "tables": tables, "previous": previous}
    (folder / MANIFEST).write_text(json.dumps(manifest), encoding="utf-8")
    store_once(folder, before)
    attest(folder, before, find_signing_key(releases))
    return folder


def ask(folder: Path, sql: str) -> None:
    with duckdb.connect((folder / DATABASE).as_posix()) as connection:
        connection.execute(sql)


@pytest.fixture
def releases(tmp_path: Path) -> Path:
    """Three small releases, each made upon the one before it; the last has its database."""
    first = seal(tmp_path / "releases", 1)
    third = seal(first.parent, 3, seal(first.parent, 2, first))
    ask(third, f"create table areas as from '{third}/areas.parquet'; {MACRO}")
    ask(third, f"create table figures as from '{third}/figures.parquet/*.parquet'")
    return first.parent


def found(folder: Path, key: Path | None = None) -> list[str]:
    """What is said to be wrong, without rule and remedy."""
    return [f"{p.file}: {p.found}" for p in verify(folder, key).problems]


def rewrite(path: Path, change: Callable[[bytes], bytes]) -> None:
    """Write a file anew in its place, so that no other release has it."""
    content = path.read_bytes()
    path.unlink()
    path.write_bytes(change(content))


def test_a_whole_release_is_proven_and_so_is_a_copy_of_it_anywhere(
    releases: Path, tmp_path: Path
) -> None:
    assert verify(releases / "3").proven == [
        "6 files are those that were sealed, and no others are there",
        "the database holds the rows of 2 tables",
        "nobody has signed it",
        "before it came 2, 1, by their lists; «kinhbac verify» of each proves its files",
    ]
    copied = shutil.copytree(releases / "3", tmp_path / "elsewhere" / "copied")
    (copied / DATABASE).unlink()  # it is made when it is asked for
    (copied / f".{DATABASE}.77.part").touch()  # and its command may have been killed
    copy = verify(copied)
    assert not copy.problems and copy.name == "elsewhere/copied"
    assert copy.proven[-1] == "2, which came before, is not there to be compared"


def test_everything_that_was_changed_cut_out_or_added_is_named_at_once(releases: Path) -> None:
    folder = releases / "3"
    rewrite(folder / "areas.parquet", lambda content: content + b" ")
    (folder / "figures.parquet" / "one.parquet").unlink()
    (folder / "site" / "index.html").unlink()
    (folder / "site" / "index.html").symlink_to(releases / "2" / "site" / "index.html")
    (folder / "site" / "added.html").touch()
    (folder / "site" / "\x1b[31m\udcff").touch()
    assert found(folder) == [
        "releases/3/areas.parquet: its bytes are not those that were sealed",
        "releases/3/figures.parquet/one.parquet: it is not there",
        "releases/3/'site/\\x1b[31m\\udcff': it was added after the release was sealed",
        "releases/3/site/added.html: it was added after the release was sealed",
        "releases/3/site/index.html: it is no file of its own",
    ]
    assert not found(releases / "2")
    (folder / SUMS).unlink()
    (folder / MANIFEST).write_text("[" * 100_000, encoding="utf-8")
    assert [line.partition(" (")[0] for line in found(folder)[:2]] == [
        f"releases/3/{MANIFEST}: it cannot be read",
        f"releases/3/{SUMS}: it is not there",
    ]


def test_a_table_is_not_changed_by_changing_the_list_too(releases: Path) -> None:
    folder = releases / "3"
    (folder / "figures.parquet" / "one.parquet").unlink()
    (folder / SUMS).unlink()
    attest(folder)
    assert found(folder)[0] == "releases/3/figures.parquet: it is not what the manifest names"
    (folder / SUMS).unlink()
    assert f"releases/3/{SUMS}: it is not there" in found(folder)


def test_a_list_names_files_below_its_folder_and_each_once() -> None:
    digest = "0" * 64
    names = ["a", "a", "../a", "/a", "a/../b", "a//b", "a\\b", "a\x1b", ".", ""]
    hashes, problems = read_sums("".join(f"{digest}  {name}\n" for name in names) + "# no\nno\n")
    assert hashes == {"a": digest}
    assert [problem.line for problem in problems] == [2, 3, 4, 5, 6, 7, 8, 9, 10, 12]
    with pytest.raises(ValueError, match="cannot name"):
        format_sums({"a\nb": digest})


@pytest.mark.parametrize(
    ("sql", "said"),
    [
        ("update figures set figure = 7 where area = '24'", "table figures holds something else"),
        ("alter table areas rename figure to figures", "table areas holds something else"),
        ("drop table areas", "table areas is not there"),
        ("create table more as select 1", "table main.more was added"),
        ("create schema s; create view s.areas as select 1", "view s.areas was added"),
        ("create macro untold() as 1", "macro main.untold was added"),
        ("create type told as enum ('areas')", "type main.told was added"),
        ("create sequence told", "sequence main.told was added"),
        ("create index told on areas (area)", "index main.told was added"),
        (FORMULA, "formula main.areas.figure was added"),
        ('create table "\x1b[31m" as select 1', "table 'main.\\x1b[31m' was added"),
    ],
)
def test_a_database_is_proven_by_what_it_holds(releases: Path, sql: str, said: str) -> None:
    ask(releases / "3", sql)
    assert found(releases / "3") == [f"releases/3/{DATABASE}: {said}"]


def test_a_database_does_not_answer_for_itself(releases: Path) -> None:
    folder = releases / "3"
    ask(folder, "update figures set figure = 7 where area = '24'; create table secret as select 1")
    ask(folder, SHADOWS)
    assert found(folder) == [
        f"releases/3/{DATABASE}: {said}"
        for said in (
            "macro main.duckdb_functions was added",
            "macro main.duckdb_tables was added",
            "macro main.hash was added",
            "table main.secret was added",
            "table figures holds something else",
        )
    ]


@pytest.mark.parametrize("name", ["copy [1]", "**", "day=2026-03-20", "{a,b}?", "it's"])
def test_a_copy_is_proven_whatever_its_folder_is_called(
    releases: Path, tmp_path: Path, name: str
) -> None:
    copied = verify(shutil.copytree(releases / "3", tmp_path / name / name))
    assert not copied.problems
    assert "the database holds the rows of 2 tables" in copied.proven


def test_a_database_that_is_none_or_lies_elsewhere_is_said_to_be(releases: Path) -> None:
    path = releases / "3" / DATABASE
    rewrite(path, lambda content: content[:5000])
    assert "it cannot be read" in found(releases / "3")[0]
    path.unlink()
    path.symlink_to(releases / "2" / DATABASE)
    assert found(releases / "3") == [f"releases/3/{DATABASE}: it is no file of its own"]


def test_a_release_before_that_was_changed_cut_out_or_put_in_is_named(
    releases: Path, tmp_path: Path
) -> None:
    kept = shutil.copytree(releases, tmp_path / "kept" / "releases")
    (releases / "2").rename(tmp_path / "gone")
    assert found(releases / "3") == ["releases/2: it is not there, though older ones are"]
    shutil.rmtree(releases / "1")  # the oldest may go
    assert not found(releases / "3")

    second = shutil.copytree(kept / "2", releases / "2")
    rewrite(second / MANIFEST, lambda content: content + b" ")
    said = "its bytes are not those that were sealed"
    assert found(releases / "3") == [f"releases/2/{MANIFEST}: {said}"]
    (second / SUMS).unlink()
    attest(second)
    assert found(releases / "3") == [
        f"releases/2/{SUMS}: it is not the one that the next has named"
    ]

    shutil.rmtree(second)
    shutil.copytree(kept / "3", second)
    assert found(second)[0] == f"releases/2/{MANIFEST}: it is that of another release"


def test_the_folders_before_are_proven_by_their_lists_and_that_is_said(releases: Path) -> None:
    rewrite(releases / "2" / "areas.parquet", lambda content: content + b" ")
    told = verify(releases / "3")
    assert not told.problems and "unchanged" not in "".join(told.proven)
    assert "by their lists; «kinhbac verify» of each proves its files" in told.proven[-1]
    assert found(releases / "2")


@pytest.mark.parametrize(
    "number",
    [float("inf"), pytest.param(10**299, id="long"), -1, 0, 3, 1e300, 2.0, True, "2", None],
)
def test_what_came_before_has_a_number_below_its_own(releases: Path, number: Any) -> None:
    folder = releases / "3"
    said = json.loads((folder / MANIFEST).read_text())
    said["previous"]["number"] = number
    rewrite(folder / MANIFEST, lambda _: json.dumps(said).encode())
    (folder / SUMS).unlink()
    attest(folder)
    assert found(folder) == [f"releases/3/{MANIFEST}: it does not say what came before it"]
    del said["release"]  # nor is one that does not say its own number a reason to fail
    rewrite(folder / MANIFEST, lambda _: json.dumps(said | {"previous": "2"}).encode())
    assert f"releases/3/{MANIFEST}: it does not say what came before it" in found(folder)


@contextmanager
def as_somebody_else() -> Iterator[None]:
    """Without the rights of an administrator, to whom nothing is forbidden."""
    own = os.geteuid()
    if own == 0:
        os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(own)


def test_what_may_not_be_opened_is_named(releases: Path) -> None:
    denied = "(Permission denied)"
    with TemporaryDirectory() as place:  # which others may enter, unlike those of pytest
        Path(place).chmod(0o755)
        copied = shutil.copytree(releases, Path(place) / "releases")
        folder = copied / "3"
        (folder / "site").chmod(0)
        (folder / DATABASE).chmod(0)
        with as_somebody_else():
            assert found(folder) == [
                f"releases/3/site: it cannot be opened {denied}",
                f"releases/3/{DATABASE}: it cannot be opened {denied}",
            ]
        (folder / "site").chmod(0o444)
        with as_somebody_else():
            index = "releases/3/site/index.html"
            assert found(folder)[0] == f"{index}: it cannot be opened {denied}"
        (folder / "site").chmod(0o755)
        (folder / DATABASE).chmod(0o644)
        shutil.rmtree(copied / "2")
        copied.chmod(0o111)
        with as_somebody_else():
            assert found(folder) == [f"releases/2: it cannot be looked for {denied}"]
        copied.chmod(0o755)
        folder.chmod(0)
        with as_somebody_else(), pytest.raises(ProblemsFound, match="it cannot be opened"):
            verify(folder)
        folder.chmod(0o755)


def test_a_path_that_leads_nowhere_is_refused_in_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(ProblemsFound, match="it cannot be opened"):
        verify(tmp_path / ("n" * 300))
    (tmp_path / "round").symlink_to(tmp_path / "round")
    with pytest.raises(ProblemsFound, match="it is a link that leads back to itself"):
        verify(tmp_path / "round")


def test_an_edition_is_not_changed_by_changing_the_list_too(key: Path, tmp_path: Path) -> None:
    folder = tmp_path / "editions" / "1"
    (folder / "data").mkdir(parents=True)
    for name in ("born", "staff"):
        (folder / "data" / f"{name}.csv").write_text("24,1\n", encoding="utf-8")
    files = {f"data/{path.name}": hash_file(path) for path in (folder / "data").iterdir()}
    said = {"edition": 1, "release": 3, "previous": None, "files": files}
    (folder / MANIFEST).write_text(json.dumps(said), encoding="utf-8")
    attest(folder, None, find_signing_key(folder))
    assert not found(folder)
    rewrite(folder / "data" / "born.csv", lambda _: b"24,2\n")
    born = "editions/1/data/born.csv"
    assert found(folder) == [f"{born}: its bytes are not those that were sealed"]
    (folder / "data" / "more.csv").touch()
    (folder / SUMS).unlink()
    attest(folder, None, find_signing_key(folder))
    named = f"{born}: it is not what the manifest names"
    added = "editions/1/data/more.csv: the manifest does not name it"
    assert found(folder) == [named, added]
    rewrite(folder / "data" / "staff.csv", lambda _: b"24,2\n")
    staff = "editions/1/data/staff.csv: its bytes are not those that were sealed"
    assert found(folder) == [staff, named, added]


def test_what_was_sealed_before_there_were_lists_is_proven_by_its_manifest(releases: Path) -> None:
    first = releases / "1"
    (first / SUMS).unlink()
    said = {"release": 1, "tables": json.loads((first / MANIFEST).read_text())["tables"]}
    (first / MANIFEST).write_text(json.dumps(said), encoding="utf-8")
    assert "2 tables and files are those that its manifest names" in verify(first).proven[0]
    second = seal(releases.parent / "releases", 9, first)
    assert json.loads((second / MANIFEST).read_text())["previous"]["file"] == MANIFEST
    rewrite(first / "areas.parquet", lambda content: content + b" ")
    assert found(first) == ["releases/1/areas.parquet: it is not what the manifest names"]


def test_what_is_stored_once_keeps_the_hash_that_it_was_sealed_with(releases: Path) -> None:
    shared = releases / "3" / "site" / "index.html"
    assert shared.stat().st_nlink == 3
    with shared.open("a", encoding="utf-8") as file:
        file.write("decayed on the disk")
    fourth = seal_upon_damage(releases)
    for folder in (releases / "2", fourth):
        said = "site/index.html: its bytes are not those that were sealed"
        assert found(folder) == [f"releases/{folder.name}/{said}"]


def seal_upon_damage(releases: Path) -> Path:
    """A release that takes a page over as it lies in the one before."""
    fourth = shutil.copytree(releases / "3", releases / "4", copy_function=os.link)
    (fourth / SUMS).unlink()
    said = json.loads((fourth / MANIFEST).read_text())
    said |= {"release": 4, "previous": name_previous(3, releases / "3")}
    rewrite(fourth / MANIFEST, lambda _: json.dumps(said).encode())
    attest(fourth, releases / "3")
    return fourth


def test_a_signature_says_who_sealed_it_and_nobody_else_can(
    key: Path, releases: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, public = releases / "3", key.with_suffix(".pub")
    fingerprint = read_public_key(public).fingerprint
    assert f"it was signed by the given key, {fingerprint}" in verify(folder, public).proven
    assert f"beside it, {fingerprint}; whose that is only --key" in verify(folder).proven[2]
    assert (folder / PUBLIC_KEY).stat().st_nlink == 3  # stored once
    assert not any(b"PRIVATE" in path.read_bytes() for path in folder.rglob("*") if path.is_file())

    other = write_key(key.with_name("other.key"))
    signature = f"releases/3/{SIGNATURE}"
    assert found(folder, other.with_suffix(".pub"))[0].startswith(f"{signature}: it is not that of")
    # A stranger changes a file, lists it, signs it all: the key that is given knows him.
    rewrite(folder / "site" / "index.html", lambda _: b"<p>All is well</p>")
    monkeypatch.setenv(SIGNING_KEY, other.as_posix())
    for name in (SUMS, SIGNATURE, PUBLIC_KEY):
        (folder / name).unlink()
    attest(folder, None, find_signing_key(releases))
    assert not found(folder)
    assert [line.partition(": it is")[0] for line in found(folder, public)] == [signature]
    (folder / SIGNATURE).unlink()
    assert found(folder, public) == [f"{signature}: there is no signature to be proven"]
    assert found(folder) == [f"{signature}: there is no signature to be proven"]


def test_everybody_proves_it_with_tools_of_their_own(key: Path, releases: Path) -> None:
    """``sha256sum`` and OpenSSL where they are installed; DuckDB is asked elsewhere."""
    proofs = [
        ["sha256sum", "--check", "--strict", "--quiet", SUMS],
        ["openssl", "pkeyutl", "-verify", "-pubin", "-inkey", PUBLIC_KEY, "-rawin", "-in", SUMS,
         "-sigfile", SIGNATURE],
    ]  # fmt: skip
    installed = [proof for proof in proofs if shutil.which(proof[0])]
    folder = releases / "3"
    (folder / SUMS).unlink()
    attest(folder, None, find_signing_key(releases))  # beside a database, as a release is sealed
    assert (folder / SUMS).read_text().startswith(f"# {DATABASE} is not named")
    assert all(subprocess.run(p, cwd=folder, check=False).returncode == 0 for p in installed)
    rewrite(folder / SUMS, lambda content: content.replace(b"0", b"1", 1))
    assert all(subprocess.run(p, cwd=folder, check=False).returncode != 0 for p in installed)


@pytest.mark.parametrize("form", [PrivateFormat.PKCS8, PrivateFormat.OpenSSH])
def test_a_key_is_read_in_the_forms_that_tools_write(
    key: Path, tmp_path: Path, form: PrivateFormat
) -> None:
    write_key(key, form)
    signing, public = (
        find_signing_key(tmp_path / "releases"),
        read_public_key(key.with_suffix(".pub")),
    )
    assert signing and public.has_signed(b"all of it", signing.sign(b"all of it"))
    assert key.read_text().splitlines()[1] not in repr(signing)


def test_a_key_that_cannot_be_relied_on_is_refused_with_all_its_faults(
    key: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    key.write_text("secret words")
    key.chmod(0o644)
    with pytest.raises(ProblemsFound) as refused:
        find_signing_key(key.parent)
    assert [problem.found for problem in refused.value.problems] == [
        "others on this machine may open it",
        "it lies among what is published",
        "it is no key that can be read",
    ]
    assert "secret words" not in str(refused.value)
    monkeypatch.setenv(SIGNING_KEY, "nowhere")
    with pytest.raises(ProblemsFound, match="nowhere: it cannot be opened"):
        find_signing_key(key.parent)
    monkeypatch.setenv(SIGNING_KEY, "")
    assert find_signing_key(key.parent) is None


def test_the_command_names_everything_and_exits_with_1(
    key: Path, releases: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KINHBAC_DATA", releases.parent.as_posix())
    (releases.parent / "current").symlink_to(Path("releases") / "3")
    for given in ([], ["3"], [f"{releases}/3"], ["3", "--key", str(key.with_suffix(".pub"))]):
        proven = CliRunner().invoke(main, ["verify", *given])
        assert proven.exit_code == 0, proven.output
        assert "releases/3: 7 files are those that were sealed" in proven.output
    rewrite(releases / "3" / "areas.parquet", lambda content: content + b" ")
    refused = CliRunner().invoke(main, ["verify"])
    assert refused.exit_code == 1
    assert "releases/3: 1 problem\n  releases/3/areas.parquet: its bytes are" in refused.output
    for wrong in (["7"], [f"{releases}/7"], [f"{releases}"], ["3", "--key", "nowhere"]):
        refused = CliRunner().invoke(main, ["verify", *wrong])
        assert refused.exit_code == 1 and isinstance(refused.exception, SystemExit)
        assert "Remedy" in refused.output or refused.output == "There is no release 7.\n"
