"""Keeping an installation well: ``status``, room, copies, the ledger.

Here: arguments, printing, exit codes. Not here: work.
"""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from kinhbac.commands import installation
from kinhbac.commands.completion import SOURCE
from kinhbac.commands.kinds import Command, Told, Writing, say, tell
from kinhbac.commands.proofs import prove_ledger, prove_release
from kinhbac.commands.tables import headed, write_table
from kinhbac.problems import Refused

if TYPE_CHECKING:
    from kinhbac.upkeep.backups import Backup


@click.command(cls=Command, examples=("kinhbac status", "kinhbac status --metrics kinhbac.prom"))
@click.option(
    "--metrics",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Write it into this file as well, in the form of OpenMetrics.",
)
def status(metrics: Path | None) -> Told:
    """How the installation stands; exit code 1 to look at something, 2 to act."""
    from kinhbac.data_folder import written_aside
    from kinhbac.ingest.arrival import remember_uploads
    from kinhbac.upkeep import status_text
    from kinhbac.upkeep.shape import is_known
    from kinhbac.upkeep.status import find_status

    data = installation.data_folder()
    if is_known(data):
        remember_uploads(data)  # a monitor looks more often than nights do
    found = find_status(data, installation.now())
    if metrics:
        with written_aside(metrics) as aside:
            aside.write_text(status_text.as_metrics(found), encoding="utf-8")
            aside.chmod(0o644)  # another user reads it
    tell(status_text.describe(found))
    return Told(status_text.as_json(found), found.exit_code)


@click.command(cls=Writing, examples=("kinhbac prune", "kinhbac prune --yes"))
@click.option("--yes", "really", is_flag=True, help="Take it away; without it nothing is.")
def prune(really: bool) -> Told:
    """Make room: what the retention policy lets go of old releases, named and then taken away."""
    from kinhbac.upkeep.retention import find_let_go, let_go, read_policy

    data = installation.data_folder()
    policy = read_policy(data)
    gone = find_let_go(data, policy, installation.today())
    if gone:
        rows = [(each.release, each.path.name, round(each.freed / 1e6, 1)) for each in gone]
        say(write_table(headed(("release", "part", "megabytes")), rows))
    if really:
        from orchestration.run_log import forget_runs

        let_go(gone, installation.today())
        runs = forget_runs(data, installation.now() - timedelta(days=policy.every_release_days))
        tell(f"{runs} runs of Dagster were forgotten")
    freed, word = sum(each.freed for each in gone), "were" if really else "would be"
    tell(f"{freed / 1e6:,.1f} MB {word} made free; all figures stay")
    parts = [{"release": one.release, "path": one.path, "bytes": one.freed} for one in gone]
    return Told({"taken_away": really, "bytes": freed, "parts": parts})


def _read_store(_: click.Context, __: click.Parameter, store: str) -> Path:
    """The folder of a store; an address would be taken for the name of one beside the checkout."""
    if "://" in store:
        raise Refused(
            f"{store} is an address. Rule: copies are added to a folder. Remedy: name a folder, and "
            "have rclone or restic carry it there (docs/operations.md)."
        )
    return Path(store)


STORE = click.argument("store", type=click.Path(file_okay=False), callback=_read_store)


@click.command(
    cls=Command, examples=("kinhbac backup /mnt/copies", "kinhbac backup /mnt/copies --list")
)
@STORE
@click.option("--list", "only_list", is_flag=True, help="Name the backups that are there.")
def backup(store: Path, only_list: bool) -> Told:
    """Add a copy of the data folder to STORE, a folder on another disk; a night may run meanwhile."""
    from kinhbac.upkeep.backups import list_backups, take_backup

    if only_list:
        listed = list_backups(store)
        rows = [(each.name, len(each.files), round(each.weight / 1e6, 1)) for each in listed]
        say(write_table(headed(("backup", "entries", "megabytes")), rows))
        return Told({"backups": [_weigh(each) for each in listed]})
    taken = take_backup(installation.data_folder(), store)
    tell(
        f"{taken.backup.name}: {len(taken.backup.files):,} entries, {taken.backup.weight / 1e6:,.1f}"
        f" MB, of which {taken.added / 1e6:,.1f} MB are new in {store}"
    )
    return Told({**_weigh(taken.backup), "bytes_added": taken.added})


def _weigh(backup: Backup) -> dict[str, Any]:
    return {"backup": backup.name, "entries": len(backup.files), "bytes": backup.weight}


@click.command(
    cls=Command,
    examples=("kinhbac restore /mnt/copies", "kinhbac restore /mnt/copies --backup 2026-05-01"),
)
@STORE
@click.option("--backup", "name", metavar="NAME", help="The newest if left out.")
def restore(store: Path, name: str | None) -> Told:
    """Lay a backup from STORE down in the data folder, which is empty, and prove all that it holds."""
    from kinhbac.upkeep.backups import restore as lay_down

    data = installation.data_folder()
    restored = lay_down(store, data, name)
    tell(f"{restored.name}: {len(restored.files):,} entries are laid down in {data.root}")
    release = installation.in_force()
    proven = prove_release(release.folder) if release else []
    if data.raw.is_dir():
        proven += prove_ledger(release)
    return Told({**_weigh(restored), "folder": data.root, "proven": proven})


@click.command(cls=Writing, examples=("kinhbac rebind one_stop", "kinhbac rebind one_stop --json"))
@click.argument("source", type=SOURCE)
def rebind(source: str) -> Told:
    """Take what lies in the ledger of SOURCE as true, where its chain is lost: look at it first."""
    from kinhbac.ingest.ledger_proof import rebind as rebind_ledger

    release = installation.in_force()
    named = release.manifest.get("ledger", {}) if release else {}
    if source not in named and not (installation.data_folder().raw / source).is_dir():
        raise Refused(f"There is no ledger of «{source}».")
    count = rebind_ledger(installation.data_folder(), source, named.get(source))
    tell(f"The ledger of {source} was bound as it lies, with {count} entries.")
    return Told({"source": source, "entries": count})


COMMANDS = (status, prune, backup, restore, rebind)
