"""The night and what leads to it: ``refresh``, ``prepare``, ``notify``.

Here: arguments, printing, exit codes. Not here: work.
"""

from __future__ import annotations

import sys
import time

import click

from kinhbac.commands import installation
from kinhbac.commands.kinds import Writing
from kinhbac.loading import keep_what_loads
from kinhbac.release.releases import current_release, refuse_earlier


@click.command()
def refresh() -> None:
    """Run the nightly job once; exit code 1 if publication is refused."""
    from kinhbac.night_report import describe, describe_stillness
    from kinhbac.stillness import find_stillness
    from kinhbac.upkeep.heartbeat import beat
    from kinhbac.upkeep.journal import told
    from kinhbac.upkeep.lock import hold

    started, data, day = time.perf_counter(), installation.data_folder(), installation.today()
    with told(data, day) as night:
        # A release that this code cannot read, or that is of a later day, is told before anything
        # is done.
        refuse_earlier(data, day)
        if stillness := find_stillness(installation.SOURCES, data, day):
            night.come_to("unchanged", stillness.release.number)
            click.echo(describe_stillness(stillness, time.perf_counter() - started))
            return
        with hold(data, "kinhbac refresh"):
            beat("start")
            with keep_what_loads():
                from kinhbac.night import Night
                from orchestration.refresh import refresh

            report = refresh(Night(installation.read_registry(), data, day))
            release = current_release(data)
        night.come_to(
            report.outcome, release.number if release else None, report.refusal, report.seconds
        )
    click.echo(describe(report, release))
    sys.exit(0 if report.succeeded else 1)


@click.command(cls=Writing)
def prepare() -> None:
    """Lay down what dbt, Dagster, the site and their commands need before the first night."""
    from kinhbac.night import Night, lay_down
    from kinhbac.scoreboard.assets import keep_assets
    from orchestration.refresh import prepare

    registry, data = installation.read_registry(), installation.data_folder()
    prepare(data)
    lay_down(Night(registry, data, installation.today()))
    keep_assets()


@click.command(cls=Writing)
@click.option("--dry-run", is_flag=True, help="Print what would be sent, and send nothing.")
@click.option("--again", metavar="RECIPIENT", help="Tell an agency, or leaders, everything anew.")
def notify(dry_run: bool, again: str | None) -> None:
    """Tell agencies and leaders what has changed; exit code 1 if someone could not be told."""
    from kinhbac.notices.delivery import describe, preview
    from kinhbac.notices.delivery import notify as send_notices

    release = installation.release()
    if dry_run:
        for line in preview(installation.data_folder(), release):
            click.echo(line)
        return
    delivery = send_notices(installation.data_folder(), release, again)
    if again and not delivery.busy and again not in {told.recipient for told in delivery.told}:
        click.echo(f"Nobody is declared for «{again}».", err=True)
        sys.exit(1)
    for line in describe(delivery):
        click.echo(line)
    sys.exit(1 if delivery.doubtful else 0)


COMMANDS = (refresh, prepare, notify)
