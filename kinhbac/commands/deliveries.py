"""What is to be delivered, and by which contract: ``template``, ``try``, ``draft-source``.

Here: arguments, printing, exit codes. Not here: work.
"""

from __future__ import annotations

import sys
from pathlib import Path

import click

from kinhbac.commands import installation


@click.command()
@click.argument("source")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False), required=False)
@click.option("--period", help="Such as 2026-10; the last one that has ended if left out.")
@click.option(
    "--rows",
    type=click.IntRange(1, 100_000),
    help="How many empty ones, where the rows cannot be known beforehand.",
)
def template(source: str, file: Path | None, period: str | None, rows: int | None) -> None:
    """Write the form of SOURCE, a workbook: filled in, it is an extract like any other."""
    from kinhbac.forms.layout import OPEN_ROWS
    from kinhbac.forms.workbook import write_form

    click.echo(
        write_form(
            installation.read_registry(),
            source,
            period,
            installation.today(),
            file,
            rows or OPEN_ROWS,
        )
    )


@click.command("try")
@click.argument("source")
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "--period", help="Such as 2026-10; that of its folder, or the last one that has ended."
)
def try_(source: str, file: Path, period: str | None) -> None:
    """Say what the door would say of FILE from SOURCE, word for word, and keep nothing."""
    from kinhbac.ingest.trial import describe, try_file

    extract, examined = try_file(
        installation.read_registry(), source, file, period, installation.today()
    )
    click.echo(describe(extract, examined))
    sys.exit(0 if examined.typed is not None else 1)


@click.command("draft-source")
@click.argument("contract", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.argument("folder", type=click.Path(path_type=Path), required=False)
@click.option("--object", "schema_object", help="Which one, where the contract has several.")
def draft_source(contract: Path, folder: Path | None, schema_object: str | None) -> None:
    """Draft a source.yml from an ODCS CONTRACT: printed, or written into a new FOLDER."""
    from kinhbac.exchange.contracts.draft import draft_source as draft
    from kinhbac.exchange.contracts.draft import write_draft

    text = draft(contract, installation.today(), schema_object)
    try:
        click.echo(write_draft(text, folder) if folder else text, nl=folder is not None)
    except FileExistsError:
        click.echo(f"{folder} is there already: name a new folder.", err=True)
        sys.exit(1)


COMMANDS = (template, try_, draft_source)
