"""What leaves as files: SDMX, the open edition, reports and their package.

Here: arguments, printing, exit codes. Not here: work.
"""

from __future__ import annotations

import sys
from datetime import datetime
from pathlib import Path
from typing import Literal

import click

from kinhbac.commands import installation
from kinhbac.commands.kinds import AS_OF, Writing


@click.command("export-sdmx")
@click.argument("indicators", nargs=-1)
@click.option("--to", "folder", type=click.Path(path_type=Path), required=True)
@click.option("--form", type=click.Choice(["xml", "json"]), default="xml", show_default=True)
@AS_OF
def export_sdmx(
    indicators: tuple[str, ...], folder: Path, form: Literal["xml", "json"], as_of: datetime | None
) -> None:
    """Write figures of INDICATORS, or of all, as SDMX-ML or -JSON into a folder, with structures."""
    from kinhbac.exchange.sdmx.datasets import write_datasets
    from kinhbac.exchange.sdmx.messages import PLACE

    release = installation.release(as_of)
    messages = write_datasets(release.folder / PLACE, folder, indicators, release.as_of, form)
    told = {"xml": "SDMX-ML", "json": "SDMX-JSON"}[form]
    click.echo(f"release {release.number}: {told} of {len(messages)} indicators in {folder}")


@click.command(cls=Writing)
def edition() -> None:
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
        click.echo(
            f"edition {published.number} holds {len(published.indicators)} indicators "
            f"of release {release.number}: {data.open}"
        )
    elif was_open:
        click.echo(f"Withdrawn: {data.open} is no more; take away its copies elsewhere too.")
    else:
        click.echo("Nothing is open: publication.yml opens nothing, or no indicator is open.")


@click.command()
@click.argument("period", metavar="PERIOD")
@click.option("--to", "file", type=click.Path(path_type=Path, dir_okay=False), required=True)
@AS_OF
def report(period: str, file: Path, as_of: datetime | None) -> None:
    """Write the periodic report of PERIOD (2026-10, 2026-Q3, 2026) as a .docx to edit."""
    from kinhbac.data_folder import written_aside
    from kinhbac.scoreboard.periodic_report import period_of_report, read_periodic_report
    from kinhbac.scoreboard.report_document import write_document

    release = installation.release(as_of)
    asked = period_of_report(period)
    content = write_document(read_periodic_report(installation.warehouse(release), asked))
    with written_aside(file) as aside:
        aside.write_bytes(content)
    click.echo(f"{file}: {asked.label}, from release {release.number}")


@click.command("report-package")
@click.argument("period", metavar="PERIOD")
@click.option("--to", "folder", type=click.Path(path_type=Path, file_okay=False), required=True)
@click.option(
    "--despite",
    multiple=True,
    type=click.Choice(["missing", "held", "provisional", "synthetic", "older"]),
    help="Send although figures are so, or the release is; may be given several times.",
)
@AS_OF
def report_package(
    period: str, folder: Path, despite: tuple[str, ...], as_of: datetime | None
) -> None:
    """Write the package of PERIOD for the Government's reporting system, and keep a receipt."""
    from kinhbac.exchange.report_package.sending import describe, send
    from kinhbac.periods import Period

    try:
        asked = Period.parse(period)
    except ValueError as error:
        click.echo(str(error), err=True)
        sys.exit(1)
    sent = send(
        installation.data_folder(),
        installation.warehouse(installation.release(as_of)),
        asked,
        folder,
        despite,
        installation.today(),
    )
    for line in describe(sent):
        click.echo(line)


COMMANDS = (export_sdmx, edition, report, report_package)
