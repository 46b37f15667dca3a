"""Keeping an installation well: ``status``, room, copies, the ledger.

Here: arguments, printing, exit codes. Not here: work.
"""

from __future__ import annotations

import json
import sys
from datetime import timedelta
from pathlib import Path

import click

from kinhbac.commands import installation
from kinhbac.commands.kinds import Writing
from kinhbac.commands.proofs import prove_ledger, prove_release


@click.command()
@click.option("--json", "as_json", is_flag=True, help="All of it as JSON (docs/operations.md).")
@click.option(
    "--metrics",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Write it into this file as well, in the form of OpenMetrics.",
)
def status(as_json: bool, metrics: Path | None) -> None:
    """How the installation stands; exit code 1 to look at something, 2 to act."""
    from kinhbac.data_folder import written_aside
    from kinhbac.upkeep import status_text
    from kinhbac.upkeep.status import find_status

    found = find_status(installation.data_folder(), installation.now())
    if metrics:
        with written_aside(metrics) as aside:
            aside.write_text(status_text.as_metrics(found), encoding="utf-8")
            aside.chmod(0o644)  # another user reads it
    if as_json:
        click.echo(json.dumps(status_text.as_json(found), ensure_ascii=False, indent=1))
    else:
        click.echo(status_text.describe(found))
    sys.exit(found.exit_code)


@click.command(cls=Writing)
@click.option("--yes", "really", is_flag=True, help="Take it away; without it nothing is.")
def prune(really: bool) -> None:
    """Make room: what the retention policy lets go of old releases, named and then taken away."""
    from kinhbac.upkeep.retention import find_let_go, let_go, read_policy

    data = installation.data_folder()
    policy = read_policy(data)
    gone = find_let_go(data, policy, installation.today())
    for each in gone:
        click.echo(f"release {each.release}: {each.path.name}, {each.freed / 1e6:,.1f} MB")
    if really:
        from orchestration.run_log import forget_runs

        let_go(gone, installation.today())
        runs = forget_runs(
            data.dagster, installation.now() - timedelta(days=policy.every_release_days)
        )
        click.echo(f"{runs} runs of Dagster were forgotten")
    freed, word = sum(each.freed for each in gone) / 1e6, "were" if really else "would be"
    click.echo(f"{freed:,.1f} MB {word} made free; all figures stay")


STORE = click.argument("store", type=click.Path(path_type=Path, file_okay=False))


@click.command()
@STORE
@click.option("--list", "only_list", is_flag=True, help="Name the backups that are there.")
def backup(store: Path, only_list: bool) -> None:
    """Add a copy of the data folder to STORE, a folder on another disk; a night may run meanwhile."""
    from kinhbac.upkeep.backups import list_backups, take_backup

    if only_list:
        for each in list_backups(store):
            click.echo(f"{each.name}: {len(each.files):,} entries, {each.weight / 1e6:,.1f} MB")
        return
    taken = take_backup(installation.data_folder(), store)
    click.echo(
        f"{taken.backup.name}: {len(taken.backup.files):,} entries, {taken.backup.weight / 1e6:,.1f}"
        f" MB, of which {taken.added / 1e6:,.1f} MB are new in {store}"
    )


@click.command()
@STORE
@click.option("--backup", "name", metavar="NAME", help="The newest if left out.")
def restore(store: Path, name: str | None) -> None:
    """Lay a backup from STORE down in the data folder, which is empty, and prove all that it holds."""
    from kinhbac.upkeep.backups import restore as lay_down

    data = installation.data_folder()
    restored = lay_down(store, data, name)
    click.echo(f"{restored.name}: {len(restored.files):,} entries are laid down in {data.root}")
    release = installation.in_force()
    if release:
        prove_release(release.folder)
    if data.raw.is_dir():
        prove_ledger(release)


@click.command(cls=Writing)
@click.argument("source")
def rebind(source: str) -> None:
    """Take what lies in the ledger of SOURCE as true, where its chain is lost: look at it first."""
    from kinhbac.ingest.ledger_proof import rebind as rebind_ledger

    release = installation.in_force()
    named = release.manifest.get("ledger", {}) if release else {}
    if source not in named and not (installation.data_folder().raw / source).is_dir():
        click.echo(f"There is no ledger of «{source}».", err=True)
        sys.exit(1)
    count = rebind_ledger(installation.data_folder(), source, named.get(source))
    click.echo(f"The ledger of {source} was bound as it lies, with {count} entries.")


COMMANDS = (status, prune, backup, restore, rebind)
