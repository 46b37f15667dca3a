"""The registry: ``check``, ``diff``, ``sign``, and what is written from it.

Here: arguments, printing, exit codes. Not here: work. A few lines past 200: each command is a few
flat ones.
"""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from kinhbac.commands import installation
from kinhbac.commands.completion import AGENCY, INDICATOR
from kinhbac.commands.kinds import Command, Told, Writing, say, tell
from kinhbac.commands.proofs import prove_ledger, prove_release
from kinhbac.commands.spoken import language
from kinhbac.data_folder import PROJECT
from kinhbac.problems import ProblemsFound, Refused
from kinhbac.release.releases import Release

if TYPE_CHECKING:
    from kinhbac.power import Power

NAMED = 5
"""Examples of what is wrong with many."""


def tell_powers(release: Release) -> list[Power]:
    """Of each rule that asks for evidence: how often it warns by chance, how small a change it sees."""
    from kinhbac.database import read_rows, read_warehouse
    from kinhbac.power import PROBABILITY, WITHIN, read_powers

    with read_warehouse(installation.warehouse(release)) as connection:
        powers = list(read_powers(lambda question: read_rows(connection, question)))
    if powers:
        tell(
            "warnings by chance alone at today's sizes, and the nearest truth that is told with "
            f"{100 * PROBABILITY:.0f} % within {WITHIN} months, or by the next figure:"
        )
    for power in powers:
        say(f"  {power.tell(language())}")
    if powers:
        tell(f"  all together {sum(power.alarms for power in powers):.2g} a month")
    return powers


@click.command(cls=Command, examples=("kinhbac check", "kinhbac check --json"))
def check() -> Told:
    """Prove the rule in the registry and in the release in force, and by hash everything that lies
    in the ledger and that release; exit code 1 if anything is not so."""
    from kinhbac.answers.untranslated import find_untranslated
    from kinhbac.checks.proof import PROOFS, prove_rule
    from kinhbac.reduction.selects import find_uncountable
    from kinhbac.registry.definitions.meaning import find_duplicates
    from kinhbac.registry.definitions.openness import find_narrowed
    from kinhbac.registry.definitions.standing import find_standings
    from kinhbac.release.definition_days import find_stood

    registry = installation.read_registry()
    if uncountable := find_uncountable(registry):
        raise ProblemsFound("registry", uncountable)
    tell(f"{len(registry.sources)} sources, {len(registry.indicators)} indicators: no problem")
    warnings = [
        f"{duplicate.indicator} is {duplicate.relation} as {duplicate.other}"
        for duplicate in find_duplicates(registry)
    ]
    warnings += [
        f"{narrowed.indicator} is declared {narrowed.declared} and rests on what is "
        f"{narrowed.access}: it counts as {narrowed.access}"
        for narrowed in find_narrowed(registry)
    ]
    if told := [
        key for key, one in registry.sources.items() if one.delivery.delivered_by == "told"
    ]:
        warnings.append(
            f"{len(told)} sources only tell who delivers (delivered_by: proven): "
            f"{', '.join(told[:NAMED])}{' …' if len(told) > NAMED else ''}"
        )
    if english := [key for key, one in registry.indicators.items() if one.purpose.vi is None]:
        warnings.append(
            f"{len(english)} indicators say in English only what they serve (purpose: {{vi, en}}): "
            f"{', '.join(english[:NAMED])}{' …' if len(english) > NAMED else ''}"
        )
    stood = find_stood(registry, installation.in_force(), installation.today())
    standings = find_standings(registry, installation.today(), stood=stood).values()
    warnings += [f"{standing}" for standing in standings if not standing.published]
    for warning in warnings:
        tell(f"warning: {warning}")
    release = installation.in_force()
    proven = prove_ledger(release) + (prove_release(release.folder) if release else [])
    # Nothing is asked of a database before it is proven.
    untranslated = find_untranslated(installation.warehouse(release)) if release else []
    if untranslated:
        warnings.append(
            f"{len(untranslated)} texts of the release stand in English only, such as "
            f"«{untranslated[0]}»"
        )
        tell(f"warning: {warnings[-1]}")
    facts: dict[str, Any] = {
        "sources": len(registry.sources),
        "indicators": len(registry.indicators),
        "warnings": warnings,
        "untranslated": untranslated,
        "proven": proven,
    }
    if release:
        facts["release"] = release.number
        held_to = [rule for rule in PROOFS if rule in release.manifest["proofs"]]
        breaches = prove_rule(installation.warehouse(release), held_to)
        for breach in breaches:
            tell(f"release {release.number}: {breach}", err=True)
        facts |= {"proofs": held_to, "breaches": [f"{breach}" for breach in breaches]}
        if breaches:
            return Told(facts, 1)
        tell(f"release {release.number}: {len(held_to)} proofs of the rule hold")
        facts["by_chance"] = [asdict(power) for power in tell_powers(release)]
    return Told(facts)


@click.command(cls=Command, examples=("kinhbac diff 12", "kinhbac diff HEAD~5"))
@click.argument("against", metavar="RELEASE|REVISION")
def diff(against: str) -> Told:
    """What has changed in the definitions since a release or a git revision."""
    from kinhbac.answers.differences import (
        UnknownPoint,
        compare_definitions,
        definitions_at,
        definitions_of_registry,
    )

    try:
        then = definitions_at(against, installation.data_folder())
    except (UnknownPoint, ProblemsFound) as error:
        click.echo(error.tell(language()), err=True)
        sys.exit(2)
    differences = compare_definitions(then, definitions_of_registry(installation.read_registry()))
    for change in differences:
        say(f"{change.indicator}: {change.attribute}")
        tell(f"  - {change.then or '(not there)'}\n  + {change.now or '(not there)'}")
    tell(f"{len(differences)} differences against {against}")
    return Told({"against": against, "differences": [asdict(change) for change in differences]})


@click.command(
    cls=Writing,
    examples=(
        "kinhbac sign proposals_2026 grdp_growth_of_year --step standardised --by TKT --decision 12/TKT "
        "--on 2026-05-01",
        "kinhbac sign proposals_2026 grdp_growth_of_year --step unified --by SKHCN --decision 7/SKHCN "
        "--on 2026-05-04",
    ),
)
@click.argument("round_", metavar="ROUND")
@click.argument("indicators", nargs=-1, required=True, type=INDICATOR)
@click.option("--step", required=True, help="For which step of process.yml.")
@click.option(
    "--by", "agency", type=AGENCY, required=True, help="The agency that has signed; one at a time."
)
@click.option("--decision", required=True, help="Number of the decision or letter.")
@click.option(
    "--on", type=click.DateTime(["%Y-%m-%d"]), metavar="YYYY-MM-DD", required=True, help="Its day."
)
def sign(
    round_: str, indicators: tuple[str, ...], step: str, agency: str, decision: str, on: datetime
) -> Told:
    """Write that an agency has signed these indicators, as they stand now, in a round."""
    from kinhbac.registry.declared.process import Act
    from kinhbac.registry.definitions.acts import Signature
    from kinhbac.registry.definitions.objections import find_objections
    from kinhbac.registry.definitions.signing import sign as sign_definitions
    from kinhbac.registry.definitions.standing import find_standings
    from kinhbac.release.definition_days import find_stood

    registry, release = installation.read_registry(), installation.in_force()
    stood = find_stood(registry, release, installation.today())
    try:
        given = Signature(step, agency, Act(agency=agency, decision=decision, date=on.date()))
    except ValueError:
        raise Refused(f"«{agency}» is no agency of agencies.yml") from None
    if objections := find_objections(
        registry, indicators, round_, given, installation.today(), stood
    ):
        raise Refused("\n".join(["Nothing was signed.", *objections]))
    changed = sign_definitions(registry, indicators, round_, given)
    tell(f"{len(changed)} of {len(indicators)} definitions signed for «{step}» in {round_}")
    standings = find_standings(installation.read_registry(), installation.today(), stood=stood)
    waiting = [standings[key] for key in dict.fromkeys(indicators)]
    warnings = [f"{standing}" for standing in waiting if not standing.published]
    for warning in warnings:
        tell(f"warning: {warning}")
    return Told({"round": round_, "step": step, "signed": len(changed), "warnings": warnings})


@click.command(cls=Command, examples=("kinhbac schema", "kinhbac schema schemas"))
@click.argument("folder", type=click.Path(path_type=Path), default=installation.SOURCES / "schema")
def schema(folder: Path) -> Told:
    """Write the JSON Schemas from which editors complete."""
    from kinhbac.registry.json_schemas import json_schemas

    folder.mkdir(parents=True, exist_ok=True)
    files = []
    for name, content in json_schemas().items():
        text = json.dumps(content, ensure_ascii=False, indent=2) + "\n"
        (folder / name).write_text(text, encoding="utf-8")
        files.append(folder / name)
        say(f"{folder / name}")
    return Told({"files": files})


@click.command(cls=Command, examples=("kinhbac dictionary", "kinhbac dictionary dictionary.md"))
@click.argument(
    "file",
    type=click.Path(path_type=Path),
    default=PROJECT / "docs" / "data-dictionary.md",
)
def dictionary(file: Path) -> Told:
    """Write the data dictionary from the descriptions of the published tables."""
    from kinhbac.dictionary import data_dictionary

    file.write_text(data_dictionary(), encoding="utf-8")
    say(f"{file}")
    return Told({"files": [file]})


COMMANDS = (check, diff, sign, schema, dictionary)
