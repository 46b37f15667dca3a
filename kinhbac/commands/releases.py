"""Releases as such: where they are, whether they are whole, which is in force.

Here: arguments, printing, exit codes. Not here: work.
"""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import click

from kinhbac.commands import installation
from kinhbac.commands.kinds import Command, Told, Writing, say, tell
from kinhbac.commands.proofs import prove_ledger, prove_release
from kinhbac.problems import Refused
from kinhbac.release.releases import release_numbered


@click.command("open", cls=Command, examples=("kinhbac open", "kinhbac open 12"))
@click.argument("number", type=int, metavar="RELEASE", required=False)
def open_release(number: int | None) -> Told:
    """Say where the database of a RELEASE is, and make it if it is not there."""
    release = (
        release_numbered(installation.data_folder(), number) if number else installation.release()
    )
    if release is None:
        raise Refused(f"There is no release {number}.")
    database = installation.warehouse(release)
    say(f"{database}")
    return Told({"release": release.number, "as_of": release.as_of, "database": database})


@click.command(
    cls=Command, examples=("kinhbac verify 12", "kinhbac verify copy/of/a/release --key key.pem")
)
@click.argument("what", metavar="[RELEASE|FOLDER]", required=False)
@click.option(
    "--key",
    type=click.Path(path_type=Path),
    help="The public key that must have signed it, in PEM or OpenSSH form.",
)
def verify(what: str | None, key: Path | None) -> Told:
    """Prove that a release, or a copy of one, is to the file what was sealed; exit code 1 if not."""
    data = installation.data_folder()
    if what is None:
        folder = data.current.resolve() if data.current.exists() else installation.release().folder
    else:
        folder = data.releases / what if what.isdecimal() else Path(what)
        if what.isdecimal() and (len(what) > 9 or not folder.exists()):
            raise Refused(f"There is no release {what}.")
    proven = prove_release(folder, key)
    if what is None and data.raw.is_dir():
        proven += prove_ledger(installation.in_force())
    return Told({"folder": folder, "proven": proven})


@click.command(cls=Writing, examples=("kinhbac use 12", "kinhbac use 11 --json"))
@click.argument("number", type=int, metavar="RELEASE")
def use(number: int) -> Told:
    """Put RELEASE in force, once it is proven: readers see it, and the next night builds on it."""
    from kinhbac.release.going_back import put_in_force

    release = put_in_force(installation.data_folder(), number)
    if release is None:
        raise Refused(f"There is no release {number}.")
    tell(f"Release {number} of {release.as_of:%d/%m/%Y} is in force.")
    return Told({"release": number, "as_of": release.as_of})


@click.command(
    cls=Writing,
    examples=("kinhbac rebuild 2026-05-01 again", "kinhbac rebuild 2026-05-01 again --json"),
)
@click.argument("day", type=click.DateTime(["%Y-%m-%d"]))
@click.argument("folder", type=click.Path(path_type=Path))
def rebuild(day: datetime, folder: Path) -> Told:
    """Compute the release that was in force on DAY again, in a new FOLDER, and compare."""
    from kinhbac.rebuilding import rebuild as rebuild_release

    release = installation.release(day)
    rebuilt = rebuild_release(installation.data_folder(), release, folder)
    if not rebuilt.same_code:
        tell("The code has changed since then: its methods are those of today.")
    for table in rebuilt.differing:
        tell(f"{table} differs")
    tell(
        f"release {release.number}: {rebuilt.tables - len(rebuilt.differing)} of "
        f"{rebuilt.tables} tables are the same again, in {rebuilt.release.folder}"
    )
    facts = {
        "release": release.number,
        "same_code": rebuilt.same_code,
        "tables": rebuilt.tables,
        "differing": list(rebuilt.differing),
        "folder": rebuilt.release.folder,
    }
    return Told(facts, 1 if rebuilt.differing else 0)


COMMANDS = (open_release, verify, use, rebuild)
