"""Questions about the release in force.

Here: arguments, printing, exit codes. Not here: work.
"""

from __future__ import annotations

import json
import sys
from datetime import datetime

import click

from kinhbac.commands import installation
from kinhbac.commands.kinds import AS_OF


@click.command()
@click.argument("indicator")
@click.argument("area")
@click.argument("period")
@AS_OF
def explain(indicator: str, area: str, period: str, as_of: datetime | None) -> None:
    """From a value down to the file, row and hash that it came from."""
    from kinhbac.answers.explanation import explain as explain_value
    from kinhbac.answers.explanation_text import describe

    release = installation.release(as_of)
    try:
        explained = explain_value(installation.warehouse(release), indicator, area, period)
    except ValueError as error:  # no period is called so
        click.echo(str(error), err=True)
        sys.exit(1)
    click.echo(describe(explained, release.manifest))


@click.command()
@click.argument("agency")
@AS_OF
def worklist(agency: str, as_of: datetime | None) -> None:
    """What an agency must put right: what, where, how, since when."""
    from kinhbac.release.worklists import read_worklist

    registry, release = installation.read_registry(), installation.release(as_of)
    if agency not in registry.agencies:
        known = ", ".join(registry.agencies)
        click.echo(f"There is no agency «{agency}»; there are {known}.", err=True)
        sys.exit(1)
    items = read_worklist(installation.warehouse(release), agency)
    click.echo(f"{agency}, {registry.agencies[agency].name.vi}: {len(items)} to put right")
    for item in items:
        since = f" (since {item['since']:%d/%m/%Y})" if item["since"] else ""
        click.echo(
            f"- {item['item_vi']}{since}: {item['place_vi']}: {item['found']}\n"
            f"    rule: {item['expected']}; remedy: {item['remedy']}"
        )
    if items:
        click.echo(f"As files: {release.folder / 'worklists' / agency}.csv, .xlsx")


@click.command()
@AS_OF
def coverage(as_of: datetime | None) -> None:
    """What is needed, proposed, agreed, computed and published; what is missing."""
    from kinhbac.answers.coverage import describe_coverage

    click.echo(describe_coverage(installation.warehouse(installation.release(as_of))))


@click.command()
@click.argument("subject", default="province")
@click.option("--year", type=int, metavar="YEAR", help="This year; otherwise the newest.")
@click.option(
    "--json",
    "as_json",
    is_flag=True,
    help="Measures with their parts, and assessments with their criteria, as JSON.",
)
@AS_OF
def quality(subject: str, year: int | None, as_json: bool, as_of: datetime | None) -> None:
    """How well a source, an agency, a sector or the province delivers, and the class of its databases."""
    from kinhbac.answers.assessment import describe_assessments, read_assessments
    from kinhbac.answers.quality import describe_quality, read_quality, read_subjects

    warehouse = installation.warehouse(installation.release(as_of))
    rows = read_quality(warehouse, subject, year)
    if not rows:
        known = ", ".join(read_subjects(warehouse))
        when = f" in {year}" if year else ""
        click.echo(f"Nothing is measured of «{subject}»{when}; there are {known}.", err=True)
        sys.exit(1)
    assessments = read_assessments(warehouse, subject, year)
    if as_json:
        told = {"measures": rows, "assessments": assessments}
        click.echo(json.dumps(told, ensure_ascii=False, indent=1, default=str))
        return
    click.echo(describe_quality(rows))
    if assessments:
        click.echo(describe_assessments(assessments))


@click.command()
@click.argument("indicator")
@click.argument("area")
@AS_OF
def revisions(indicator: str, area: str, as_of: datetime | None) -> None:
    """What was told of each period, release by release, and by how much first figures move."""
    from kinhbac.answers.revisions import describe_triangle, read_triangle

    triangle = read_triangle(installation.warehouse(installation.release(as_of)), indicator, area)
    if triangle is None:
        click.echo(
            f"There is no figure of «{indicator}» in «{area}». Rule: key of an indicator and of an "
            "area, as kinhbac explain takes them. Remedy: kinhbac coverage names what there is.",
            err=True,
        )
        sys.exit(1)
    click.echo(describe_triangle(triangle))


COMMANDS = (explain, worklist, coverage, quality, revisions)
