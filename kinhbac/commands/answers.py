"""Questions about the release in force.

Here: arguments, printing. Not here: work.
"""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from functools import partial

import click

from kinhbac.commands import installation
from kinhbac.commands.completion import AGENCY, AREA, INDICATOR
from kinhbac.commands.kinds import AS_OF, Command, Told, say
from kinhbac.commands.spoken import language
from kinhbac.problems import Refused


@click.command(
    cls=Command,
    examples=(
        "kinhbac explain dossiers_on_time_rate 24 2026-10",
        "kinhbac explain commune_development_index 'luc son' 10/2026 --deep",
    ),
)
@click.argument("indicator", type=INDICATOR)
@click.argument("area", type=AREA)
@click.argument("period")
@click.option("--deep", is_flag=True, help="All of a long one, to every file and row.")
@AS_OF
def explain(indicator: str, area: str, period: str, deep: bool, as_of: datetime | None) -> Told:
    """From a value down to the file, row and hash that it came from."""
    from kinhbac.answers.explanation import explain as explain_value
    from kinhbac.answers.explanation_text import describe

    release = installation.release(as_of)
    explained = explain_value(installation.warehouse(release), indicator, area, period)
    say(describe(explained, release.manifest, deep=deep, code=language()))
    return Told({"release": release.number, "explanation": asdict(explained)})


@click.command(
    cls=Command,
    examples=("kinhbac worklist SYT", "kinhbac worklist 'so y te' --as-of 2026-05-01"),
)
@click.argument("agency", type=AGENCY)
@AS_OF
def worklist(agency: str, as_of: datetime | None) -> Told:
    """What an agency must put right: what, where, how, since when."""
    from kinhbac.answers.names import find_key, read_agencies
    from kinhbac.database import read_rows, read_warehouse
    from kinhbac.release.worklists import describe_worklist, read_worklist

    release = installation.release(as_of)
    warehouse = installation.warehouse(release)
    with read_warehouse(warehouse) as connection:
        known = read_agencies(lambda question: read_rows(connection, question))
    key = find_key(agency, known, "agency")
    items = read_worklist(warehouse, key)
    [called] = [one for one in known if one.key == key]
    name = called.name(language()) or key
    say(describe_worklist(f"{key}, {name}", items, language()))
    if items:
        say(f"{release.folder / 'worklists' / key}.csv, .xlsx")
    return Told({"release": release.number, "agency": key, "items": items})


@click.command(
    cls=Command, examples=("kinhbac coverage", "kinhbac coverage --as-of 2026-05-01 --json")
)
@AS_OF
def coverage(as_of: datetime | None) -> Told:
    """What is needed, proposed, agreed, computed and published; what is missing."""
    from kinhbac.answers.coverage import describe_coverage, read_coverage

    release = installation.release(as_of)
    found = read_coverage(installation.warehouse(release))
    say(describe_coverage(found, language()))
    return Told({"release": release.number, **asdict(found)})


@click.command(
    cls=Command, examples=("kinhbac quality SYT --year 2026", "kinhbac quality one_stop --json")
)
@click.argument("subject", default="province")
@click.option("--year", type=int, metavar="YEAR", help="This year; otherwise the newest.")
@AS_OF
def quality(subject: str, year: int | None, as_of: datetime | None) -> Told:
    """How well a source, an agency, a sector or the province delivers, and the class of its databases."""
    from kinhbac.answers.assessment import describe_assessments, read_assessments
    from kinhbac.answers.names import Named, find_key
    from kinhbac.answers.quality import describe_quality, read_quality, read_subjects

    warehouse = installation.warehouse(installation.release(as_of))
    key = find_key(subject, [Named(name) for name in read_subjects(warehouse)], "subject")
    rows = read_quality(warehouse, key, year)
    if not rows:
        raise Refused(f"Nothing is measured of «{key}» in {year}. Remedy: ask another year.")
    assessments = read_assessments(warehouse, key, year)
    say(describe_quality(rows, language()))
    if assessments:
        say(describe_assessments(assessments, language()))
    return Told({"measures": rows, "assessments": assessments})


@click.command(
    cls=Command,
    examples=(
        "kinhbac revisions grdp_growth_of_year 24",
        "kinhbac revisions enterprises_founded 07210 --json",
    ),
)
@click.argument("indicator", type=INDICATOR)
@click.argument("area", type=AREA)
@AS_OF
def revisions(indicator: str, area: str, as_of: datetime | None) -> Told:
    """What was told of each period, and by how much first figures move.

    Of an indicator release by release; of a data element, by its key, delivery by delivery.
    """
    from kinhbac.answers.names import find_key, read_areas, read_indicators
    from kinhbac.answers.revisions import describe_triangle, read_triangle
    from kinhbac.database import read_rows, read_warehouse

    warehouse = installation.warehouse(installation.release(as_of))
    with read_warehouse(warehouse) as connection:
        ask = partial(read_rows, connection)
        elements = ask("select data_element from data_elements where data_element = $1", indicator)
        key = indicator if elements else find_key(indicator, read_indicators(ask), "indicator")
        place = find_key(area, read_areas(ask), "area")
    triangle = read_triangle(warehouse, key, place, language())
    if triangle is None:
        raise Refused(
            f"There is no figure of «{key}» in «{place}». Rule: an indicator that covers such areas. "
            "Remedy: kinhbac coverage names what there is."
        )
    say(describe_triangle(triangle, language()))
    return Told(asdict(triangle))


COMMANDS = (explain, worklist, coverage, quality, revisions)
