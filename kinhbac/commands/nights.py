"""The night and what leads to it: ``refresh``, ``prepare``, ``notify``.

Here: arguments, printing, exit codes. Not here: work.
"""

from __future__ import annotations

import time

import click

from kinhbac.commands import installation
from kinhbac.commands.kinds import Command, Told, Writing, tell
from kinhbac.loading import keep_what_loads
from kinhbac.problems import Refused
from kinhbac.release.releases import current_release, refuse_earlier


@click.command(cls=Command, examples=("kinhbac refresh", "kinhbac refresh --json"))
def refresh() -> Told:
    """Run the nightly job once; exit code 1 if publication is refused."""
    from kinhbac.commands.progress import following
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
            tell(describe_stillness(stillness, time.perf_counter() - started))
            return Told({"outcome": "unchanged", "release": stillness.release.number})
        with hold(data, "kinhbac refresh"):
            beat("start")
            with keep_what_loads():
                from kinhbac.night import Night
                from orchestration.refresh import refresh

            with following(first=current_release(data) is None):
                report = refresh(Night(installation.read_registry(), data, day))
            release = current_release(data)
        night.come_to(
            report.outcome, release.number if release else None, report.refusal, report.seconds
        )
    tell(describe(report, release))
    facts = {
        "outcome": report.outcome,
        "release": release.number if release else None,
        "refusal": report.refusal or None,
        "extracts": {
            "accepted": report.accepted,
            "refused": report.refused,
            "unchanged": report.unchanged,
        },
        "seconds": report.seconds,
    }
    return Told(facts, 0 if report.succeeded else 1)


@click.command(cls=Writing, examples=("kinhbac prepare", "kinhbac prepare --json"))
def prepare() -> Told:
    """Lay down what dbt, Dagster, the site and their commands need before the first night."""
    from kinhbac.night import Night, lay_down
    from kinhbac.scoreboard.assets import keep_assets
    from kinhbac.scoreboard.compiled_templates import keep_templates
    from orchestration.refresh import prepare

    registry, data = installation.read_registry(), installation.data_folder()
    prepare(data)
    lay_down(Night(registry, data, installation.today()))
    keep_assets()
    keep_templates()
    return Told({"folder": data.root})


@click.command(cls=Writing, examples=("kinhbac notify --dry-run", "kinhbac notify --again SYT"))
@click.option("--dry-run", is_flag=True, help="Print what would be sent, and send nothing.")
@click.option("--again", metavar="RECIPIENT", help="Tell an agency, or leaders, everything anew.")
def notify(dry_run: bool, again: str | None) -> Told:
    """Tell agencies and leaders what has changed; exit code 1 if someone could not be told."""
    from kinhbac.notices.delivery import describe, preview
    from kinhbac.notices.delivery import notify as send_notices

    release = installation.release()
    if dry_run:
        lines = list(preview(installation.data_folder(), release))
        for line in lines:
            tell(line)
        return Told({"release": release.number, "would_say": lines})
    delivery = send_notices(installation.data_folder(), release, again)
    if again and not delivery.busy and again not in {told.recipient for told in delivery.told}:
        raise Refused(f"Nobody is declared for «{again}».")
    for line in describe(delivery):
        tell(line)
    told = [{"recipient": one.recipient, "fate": one.fate} for one in delivery.told]
    facts = {"release": release.number, "told": told, "summary": delivery.summary}
    return Told(facts, 1 if delivery.doubtful else 0)


COMMANDS = (refresh, prepare, notify)
