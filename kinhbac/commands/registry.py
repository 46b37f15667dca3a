"""The registry: ``check``, ``diff``, ``sign``, and what is written from it.

Here: arguments, printing, exit codes. Not here: work.
"""

from __future__ import annotations

import json
import sys
from datetime import datetime
from pathlib import Path

import click

from kinhbac.commands import installation
from kinhbac.commands.kinds import Writing
from kinhbac.commands.proofs import prove_ledger, prove_release
from kinhbac.problems import ProblemsFound
from kinhbac.release.releases import Release


def tell_powers(release: Release) -> None:
    """Of each rule that asks for evidence: how often it warns by chance, how small a change it sees."""
    from kinhbac.database import read_rows, read_warehouse
    from kinhbac.power import PROBABILITY, WITHIN, read_powers

    with read_warehouse(installation.warehouse(release)) as connection:
        powers = list(read_powers(lambda question: read_rows(connection, question)))
    if powers:
        click.echo(
            "warnings by chance alone at today's sizes, and the nearest truth that is told with "
            f"{100 * PROBABILITY:.0f} % within {WITHIN} months, or by the next figure:"
        )
    for power in powers:
        click.echo(f"  {power}")
    if powers:
        click.echo(f"  all together {sum(power.alarms for power in powers):.2g} a month")


@click.command()
def check() -> None:
    """Prove the rule in the registry and in the release in force, and by hash everything that lies
    in the ledger and that release; exit code 1 if anything is not so."""
    from kinhbac.checks.proof import PROOFS, prove_rule
    from kinhbac.reduction.selects import find_uncountable
    from kinhbac.registry.definitions.meaning import find_duplicates
    from kinhbac.registry.definitions.openness import find_narrowed
    from kinhbac.registry.definitions.standing import find_standings
    from kinhbac.release.definition_days import find_stood

    registry = installation.read_registry()
    if uncountable := find_uncountable(registry):
        raise ProblemsFound("registry", uncountable)
    click.echo(
        f"{len(registry.sources)} sources, {len(registry.indicators)} indicators: no problem"
    )
    for duplicate in find_duplicates(registry):
        click.echo(f"warning: {duplicate.indicator} is {duplicate.relation} as {duplicate.other}")
    for narrowed in find_narrowed(registry):
        click.echo(
            f"warning: {narrowed.indicator} is declared {narrowed.declared} and rests on what is "
            f"{narrowed.access}: it counts as {narrowed.access}"
        )
    stood = find_stood(registry, installation.in_force(), installation.today())
    for standing in find_standings(registry, installation.today(), stood=stood).values():
        if not standing.published:
            click.echo(f"warning: {standing}")
    release = installation.in_force()
    prove_ledger(release)
    if release:
        prove_release(release.folder)
        held_to = [rule for rule in PROOFS if rule in release.manifest["proofs"]]
        breaches = prove_rule(installation.warehouse(release), held_to)
        for breach in breaches:
            click.echo(f"release {release.number}: {breach}", err=True)
        if breaches:
            sys.exit(1)
        click.echo(f"release {release.number}: {len(held_to)} proofs of the rule hold")
        tell_powers(release)


@click.command()
@click.argument("against", metavar="RELEASE|REVISION")
def diff(against: str) -> None:
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
        click.echo(str(error), err=True)
        sys.exit(2)
    differences = compare_definitions(then, definitions_of_registry(installation.read_registry()))
    for change in differences:
        click.echo(f"{change.indicator}: {change.attribute}")
        click.echo(f"  - {change.then or '(not there)'}\n  + {change.now or '(not there)'}")
    click.echo(f"{len(differences)} differences against {against}")


@click.command(cls=Writing)
@click.argument("round_", metavar="ROUND")
@click.argument("indicators", nargs=-1, required=True)
@click.option("--step", required=True, help="For which step of process.yml.")
@click.option("--by", "agency", required=True, help="The agency that has signed; one at a time.")
@click.option("--decision", required=True, help="Number of the decision or letter.")
@click.option("--on", type=click.DateTime(["%Y-%m-%d"]), required=True, help="Its day.")
def sign(
    round_: str, indicators: tuple[str, ...], step: str, agency: str, decision: str, on: datetime
) -> None:
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
        click.echo(f"«{agency}» is no agency of agencies.yml", err=True)
        sys.exit(1)
    if objections := find_objections(
        registry, indicators, round_, given, installation.today(), stood
    ):
        click.echo("\n".join(["Nothing was signed.", *objections]), err=True)
        sys.exit(1)
    changed = sign_definitions(registry, indicators, round_, given)
    click.echo(f"{len(changed)} of {len(indicators)} definitions signed for «{step}» in {round_}")
    standings = find_standings(installation.read_registry(), installation.today(), stood=stood)
    for key in dict.fromkeys(indicators):
        if not standings[key].published:
            click.echo(f"warning: {standings[key]}")


@click.command()
@click.argument("folder", type=click.Path(path_type=Path), default=installation.SOURCES / "schema")
def schema(folder: Path) -> None:
    """Write the JSON Schemas from which editors complete."""
    from kinhbac.registry.json_schemas import json_schemas

    folder.mkdir(parents=True, exist_ok=True)
    for name, content in json_schemas().items():
        text = json.dumps(content, ensure_ascii=False, indent=2) + "\n"
        (folder / name).write_text(text, encoding="utf-8")
        click.echo(folder / name)


@click.command()
@click.argument(
    "file",
    type=click.Path(path_type=Path),
    default=installation.SOURCES.parent / "docs" / "data-dictionary.md",
)
def dictionary(file: Path) -> None:
    """Write the data dictionary from the descriptions of the published tables."""
    from kinhbac.dictionary import data_dictionary

    file.write_text(data_dictionary(), encoding="utf-8")
    click.echo(file)


COMMANDS = (check, diff, sign, schema, dictionary)
