"""What leaves as files: SDMX, the open edition, reports and their package.

Here: arguments, printing, exit codes. Not here: work.
"""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Literal

import click

from kinhbac.commands import installation
from kinhbac.commands.completion import INDICATOR
from kinhbac.commands.kinds import AS_OF, Command, Told, Writing, tell


@click.command(
    "export-sdmx",
    cls=Command,
    examples=(
        "kinhbac export-sdmx dossiers_on_time_rate --to sdmx",
        "kinhbac export-sdmx --to sdmx --form json",
    ),
)
@click.argument("indicators", nargs=-1, type=INDICATOR)
@click.option(
    "--to",
    "folder",
    type=click.Path(path_type=Path),
    required=True,
    help="The folder into which they are written.",
)
@click.option(
    "--form",
    type=click.Choice(["xml", "json"]),
    default="xml",
    show_default=True,
    help="XML or JSON.",
)
@AS_OF
def export_sdmx(
    indicators: tuple[str, ...], folder: Path, form: Literal["xml", "json"], as_of: datetime | None
) -> Told:
    """Write figures of INDICATORS, or of all, as SDMX-ML or -JSON into a folder, with structures."""
    from kinhbac.exchange.sdmx.datasets import write_datasets
    from kinhbac.exchange.sdmx.messages import PLACE

    release = installation.release(as_of)
    messages = write_datasets(release.folder / PLACE, folder, indicators, release.as_of, form)
    told = {"xml": "SDMX-ML", "json": "SDMX-JSON"}[form]
    tell(f"release {release.number}: {told} of {len(messages)} indicators in {folder}")
    return Told({"release": release.number, "folder": folder, "messages": len(messages)})


@click.command(cls=Writing, examples=("kinhbac edition", "kinhbac edition --json"))
def edition() -> Told:
    """Publish what is open of the release in force, and say where; exit code 1 if it may not be."""
    from kinhbac.release.editions import publish_edition

    registry, release, data = (
        installation.read_registry(),
        installation.release(),
        installation.data_folder(),
    )
    was_open = data.open.is_symlink()
    published = publish_edition(registry, data, release)
    if published:
        tell(
            f"edition {published.number} holds {len(published.indicators)} indicators "
            f"of release {release.number}: {data.open}"
        )
    elif was_open:
        tell(f"Withdrawn: {data.open} is no more; take away its copies elsewhere too.")
    else:
        tell("Nothing is open: publication.yml opens nothing, or no indicator is open.")
    return Told(
        {
            "release": release.number,
            "edition": published.number if published else None,
            "indicators": sorted(published.indicators) if published else [],
            "withdrawn": was_open and not published,
            "folder": data.open if published else None,
        }
    )


@click.command(
    cls=Command,
    examples=(
        "kinhbac report 2026-10 --to report.docx",
        "kinhbac report Q3/2026 --to report.docx --as-of 2026-11-01",
    ),
)
@click.argument("period", metavar="PERIOD")
@click.option(
    "--to",
    "file",
    type=click.Path(path_type=Path, dir_okay=False),
    required=True,
    help="The document that is written.",
)
@AS_OF
def report(period: str, file: Path, as_of: datetime | None) -> Told:
    """Write the periodic report of PERIOD (2026-10, 2026-Q3, 2026) as a .docx to edit."""
    from kinhbac.answers.names import find_period
    from kinhbac.data_folder import written_aside
    from kinhbac.scoreboard.periodic_report import period_of_report, read_periodic_report
    from kinhbac.scoreboard.report_document import write_document

    release = installation.release(as_of)
    asked = period_of_report(find_period(period).label)
    content = write_document(read_periodic_report(installation.warehouse(release), asked))
    with written_aside(file) as aside:
        aside.write_bytes(content)
    tell(f"{file}: {asked.label}, from release {release.number}")
    return Told({"release": release.number, "period": asked.label, "file": file})


@click.command(
    "report-package",
    cls=Command,
    examples=(
        "kinhbac report-package 2026-10 --to sent",
        "kinhbac report-package 2026-10 --to sent --despite synthetic --despite missing",
    ),
)
@click.argument("period", metavar="PERIOD")
@click.option(
    "--to",
    "folder",
    type=click.Path(path_type=Path, file_okay=False),
    required=True,
    help="The folder that gets the package.",
)
@click.option(
    "--despite",
    multiple=True,
    type=click.Choice(["missing", "held", "provisional", "synthetic", "older"]),
    help="Send although figures are so, or the release is; may be given several times.",
)
@AS_OF
def report_package(
    period: str, folder: Path, despite: tuple[str, ...], as_of: datetime | None
) -> Told:
    """Write the package of PERIOD for the Government's reporting system, and keep a receipt."""
    from kinhbac.answers.names import find_period
    from kinhbac.exchange.report_package.sending import describe, send

    asked = find_period(period)
    sent = send(
        installation.data_folder(),
        installation.warehouse(installation.release(as_of)),
        asked,
        folder,
        despite,
        installation.today(),
    )
    for line in describe(sent):
        tell(line)
    facts = {"period": asked.label, "folder": sent.folder, "again": sent.again}
    return Told({**facts, "changes": sent.changes})


COMMANDS = (export_sdmx, edition, report, report_package)
