"""Figures for analysts: ``query`` and ``export``, from the release in force.

Here: arguments, printing. Not here: asking (``answers.sql``, ``library``), writing files
(``library.writing``).
"""

from __future__ import annotations

import sys
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from kinhbac.commands import installation
from kinhbac.commands.completion import AREA, INDICATOR
from kinhbac.commands.kinds import Command, Told, say, tell, wants_json
from kinhbac.commands.spoken import language
from kinhbac.problems import Refused
from kinhbac.release.releases import release_numbered

if TYPE_CHECKING:
    from kinhbac.library.writing import Format

FORMATS: tuple[Format, ...] = ("csv", "xlsx", "parquet", "sdmx-csv")


@click.command(
    cls=Command,
    examples=(
        'kinhbac query "select name_vi, value from latest_values join areas using (area)"',
        'kinhbac query --csv "from warnings where open" > warnings.csv',
    ),
)
@click.argument("sql", metavar="SQL")
@click.option("--csv", "as_csv", is_flag=True, help="All rows as CSV, for machines.")
@click.option("--limit", type=click.IntRange(1), default=100, show_default=True, help="Rows shown.")
@click.option(
    "--release", "number", type=int, help="Of this release; the one in force if left out."
)
def query(sql: str, as_csv: bool, limit: int, number: int | None) -> Told | None:
    """Ask the release in force in SQL (of DuckDB); «-» reads it from standard input.

    It reads the release and nothing else: no file, no network; docs/data-dictionary.md names the
    tables.
    """
    from kinhbac.answers.sql import asking
    from kinhbac.commands.tables import records, write_csv, write_first

    release = release_numbered(installation.data_folder(), number) if number else None
    if number and release is None:
        raise Refused(f"There is no release {number}.")
    release = release or installation.release()
    text = sys.stdin.read() if sql == "-" else sql
    with asking(installation.warehouse(release), text) as asked:
        if wants_json():
            rows = records(asked.columns, asked.rows)
            return Told({"release": release.number, "columns": asked.columns, "rows": rows})
        if as_csv:
            lines = write_csv(asked.columns, asked.rows)
        else:
            lines = write_first(asked.columns, asked.rows, limit)
        for line in lines:
            say(line)
    return None


@click.command(
    cls=Command,
    examples=(
        "kinhbac export dossiers_on_time_rate --areas 24 --since 2026-01",
        "kinhbac export grdp_growth_of_year poverty_rate --format xlsx --out figures.xlsx",
    ),
)
@click.argument("indicators", nargs=-1, required=True, type=INDICATOR)
@click.option(
    "--areas", multiple=True, type=AREA, help="Only these; several by commas, or given again."
)
@click.option("--since", metavar="PERIOD", help="From this period on, such as 2026-01.")
@click.option("--until", metavar="PERIOD", help="To the end of this period.")
@click.option(
    "--as-of",
    type=click.DateTime(["%Y-%m-%d"]),
    metavar="YYYY-MM-DD",
    help="As the figures were published by this day.",
)
@click.option(
    "--format", "form", type=click.Choice(FORMATS), help="That of the name of FILE, or csv."
)
@click.option(
    "--out", type=click.Path(path_type=Path, dir_okay=False), help="FILE; printed if left out."
)
def export(
    indicators: tuple[str, ...],
    areas: tuple[str, ...],
    since: str | None,
    until: str | None,
    as_of: datetime | None,
    form: Format | None,
    out: Path | None,
) -> Told | None:
    """Write figures of INDICATORS as tidy data: a row a figure, with unit, state, source, release.

    Names will do for keys; the states say why a figure is not there.
    """
    from kinhbac.library.sealed import SealedRelease
    from kinhbac.library.writing import as_bytes, write_figures

    ending = out.suffix[1:].lower() if out else ""
    named_so = [one for one in FORMATS if one == ending]
    chosen: Format = form or (named_so[0] if named_so else "csv")
    if out is None and chosen in ("xlsx", "parquet"):
        raise Refused(f"{chosen} is no text. Remedy: name a file with --out.")
    named = [part.strip() for text in areas for part in text.split(",")]
    with SealedRelease(installation.release()) as warehouse:
        figures = warehouse.values(
            list(indicators),
            named,
            since=since,
            until=until,
            as_of=as_of and as_of.date(),
            lang=language(),
        )
        if wants_json():
            rows = list(figures.iter_rows(named=True))
            return Told({"release": warehouse.release, "columns": figures.columns, "rows": rows})
        if out is None:
            text = as_bytes(warehouse, figures, "csv" if chosen == "csv" else "sdmx-csv")
            say(text.decode(), nl=False)
        else:
            write_figures(warehouse, figures, chosen, out, language())
            tell(f"{out}: {figures.height:,} figures of release {warehouse.release}")
    return None


COMMANDS = (query, export)
