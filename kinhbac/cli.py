"""``kinhbac …``: a thin face over the same functions that Dagster runs.

Here: arguments, exit codes, printing. Not here: work. A command imports what it calls when it is
called, so that none waits for what others need. One file past 200 lines because each command is a
few flat lines.
"""

from __future__ import annotations

import errno
import json
import logging
import sys
import time
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, NoReturn

import click

from kinhbac.calendar import now, today
from kinhbac.data_folder import SOURCES, data_folder
from kinhbac.loading import keep_what_loads, leave
from kinhbac.problems import ProblemsFound, Refused
from kinhbac.release.releases import (
    Release,
    current_release,
    refuse_earlier,
    release_as_of,
    release_numbered,
)
from kinhbac.rights import keep_private

if TYPE_CHECKING:
    from kinhbac.registry import Registry


class _Commands(click.Group):
    """What a command is refused is one sentence, or several, and exit code 1; no traceback."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except Refused as refused:
            click.echo(str(refused), err=True)
            sys.exit(refused.exit_code)
        except OSError as error:
            if error.errno == errno.EPIPE:  # who read the answer has gone
                raise
            logging.getLogger("kinhbac").debug("%s", ctx.invoked_subcommand, exc_info=True)
            click.echo(
                f"{error.filename or ctx.invoked_subcommand}: {error.strerror or error}. Rule: what "
                "a command reads and writes can be reached. Remedy: look at the path, its rights "
                "and the room on the disk",
                err=True,
            )
        sys.exit(1)


class _Writing(click.Command):
    """A command that writes, while nobody else does; one that only shows what it would do waits
    for nobody."""

    def invoke(self, ctx: click.Context) -> Any:
        from kinhbac.upkeep.lock import hold

        if ctx.params.get("dry_run"):
            return super().invoke(ctx)
        with hold(data_folder(), f"kinhbac {ctx.info_name}"):
            return super().invoke(ctx)


@click.group(cls=_Commands)
def main() -> None:
    """The indicator warehouse of a province."""
    # Dagster reports each step to its own log; here a person reads one line a source.
    logging.getLogger("dagster").addHandler(logging.NullHandler())
    logging.getLogger("dagster").propagate = False
    progress = logging.getLogger("kinhbac")
    progress.setLevel(logging.INFO)
    progress.propagate = False
    progress.addHandler(logging.StreamHandler())


def _registry() -> Registry:
    from kinhbac.registry import load_registry

    try:
        return load_registry(SOURCES)
    except ProblemsFound as problems:
        raise Refused(
            f"{problems}\nNothing was published: the registry breaks its own rules."
        ) from None


@main.command()
def refresh() -> None:
    """Run the nightly job once; exit code 1 if publication is refused."""
    from kinhbac.night_report import describe, describe_stillness
    from kinhbac.stillness import find_stillness
    from kinhbac.upkeep.heartbeat import beat
    from kinhbac.upkeep.journal import told
    from kinhbac.upkeep.lock import hold

    started, data, day = time.perf_counter(), data_folder(), today()
    with told(data, day) as night:
        # A release that this code cannot read, or that is of a later day, is told before anything
        # is done.
        refuse_earlier(data, day)
        if stillness := find_stillness(SOURCES, data, day):
            night.come_to("unchanged", stillness.release.number)
            click.echo(describe_stillness(stillness, time.perf_counter() - started))
            return
        with hold(data, "kinhbac refresh"):
            beat("start")
            with keep_what_loads():
                from kinhbac.night import Night
                from orchestration.refresh import refresh

            report = refresh(Night(_registry(), data, day))
            release = current_release(data)
        night.come_to(
            report.outcome, release.number if release else None, report.refusal, report.seconds
        )
    click.echo(describe(report, release))
    sys.exit(0 if report.succeeded else 1)


@main.command(cls=_Writing)
def prepare() -> None:
    """Lay down what dbt, Dagster, the site and their commands need before the first night."""
    from kinhbac.night import Night, lay_down
    from kinhbac.scoreboard.assets import keep_assets
    from orchestration.refresh import prepare

    registry, data = _registry(), data_folder()
    prepare(data)
    lay_down(Night(registry, data, today()))
    keep_assets()


def _release(as_of: datetime | None = None) -> Release:
    release = _in_force(as_of)
    if release is None:
        when = f" by {as_of:%d/%m/%Y}" if as_of else " yet: run kinhbac refresh"
        click.echo(f"There is no release{when}.", err=True)
        sys.exit(1)
    return release


def _in_force(as_of: datetime | None = None) -> Release | None:
    data = data_folder()
    return release_as_of(data, as_of.date()) if as_of else current_release(data)


def _warehouse(release: Release) -> Path:
    from kinhbac.release.warehouse import warehouse_of

    return warehouse_of(release)


AS_OF = click.option(
    "--as-of",
    type=click.DateTime(["%Y-%m-%d"]),
    help="Answer from the release that was in force on that day.",
)


def _prove_ledger(release: Release | None) -> None:
    """Prove by hash that everything below ``raw/`` is what the ledger says, and that the ledger is
    the one that the release names. Raises LedgerBroken with all that is not so."""
    from kinhbac.ingest.ledger import LedgerBroken
    from kinhbac.ingest.ledger_proof import find_damage

    data = data_folder()
    heads = release.manifest.get("ledger", {}) if release else {}
    problems = [problem for damage in find_damage(data, heads) for problem in damage.tell()]
    if problems:
        raise LedgerBroken("ledger", problems)
    click.echo(f"ledger: what lies below {data.raw.name}/ is what it says")


def _prove_release(folder: Path, key: Path | None = None) -> None:
    """Prove by hash that a sealed folder is to the file what was sealed. Raises ProblemsFound."""
    from kinhbac.release.verification import verify as verify_folder

    verification = verify_folder(folder, key)
    for sentence in verification.proven:
        click.echo(f"{verification.name}: {sentence}")
    if verification.problems:
        raise ProblemsFound(verification.name, verification.problems)


def _tell_powers(release: Release) -> None:
    """Of each rule that asks for evidence: how often it warns by chance, how small a change it sees."""
    from kinhbac.database import read_rows, read_warehouse
    from kinhbac.power import PROBABILITY, WITHIN, read_powers

    with read_warehouse(_warehouse(release)) as connection:
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


@main.command()
def check() -> None:
    """Prove the rule in the registry and in the release in force, and by hash everything that lies
    in the ledger and that release; exit code 1 if anything is not so."""
    from kinhbac.checks.proof import PROOFS, prove_rule
    from kinhbac.reduction.selects import find_uncountable
    from kinhbac.registry.definitions.meaning import find_duplicates
    from kinhbac.registry.definitions.openness import find_narrowed
    from kinhbac.registry.definitions.standing import find_standings
    from kinhbac.release.definition_days import find_stood

    registry = _registry()
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
    stood = find_stood(registry, _in_force(), today())
    for standing in find_standings(registry, today(), stood=stood).values():
        if not standing.published:
            click.echo(f"warning: {standing}")
    release = _in_force()
    _prove_ledger(release)
    if release:
        _prove_release(release.folder)
        held_to = [rule for rule in PROOFS if rule in release.manifest["proofs"]]
        breaches = prove_rule(_warehouse(release), held_to)
        for breach in breaches:
            click.echo(f"release {release.number}: {breach}", err=True)
        if breaches:
            sys.exit(1)
        click.echo(f"release {release.number}: {len(held_to)} proofs of the rule hold")
        _tell_powers(release)


@main.command()
@click.argument("indicator")
@click.argument("area")
@click.argument("period")
@AS_OF
def explain(indicator: str, area: str, period: str, as_of: datetime | None) -> None:
    """From a value down to the file, row and hash that it came from."""
    from kinhbac.answers.explanation import explain as explain_value
    from kinhbac.answers.explanation_text import describe

    release = _release(as_of)
    try:
        explained = explain_value(_warehouse(release), indicator, area, period)
    except ValueError as error:  # no period is called so
        click.echo(str(error), err=True)
        sys.exit(1)
    click.echo(describe(explained, release.manifest))


@main.command()
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
        then = definitions_at(against, data_folder())
    except (UnknownPoint, ProblemsFound) as error:
        click.echo(str(error), err=True)
        sys.exit(2)
    differences = compare_definitions(then, definitions_of_registry(_registry()))
    for change in differences:
        click.echo(f"{change.indicator}: {change.attribute}")
        click.echo(f"  - {change.then or '(not there)'}\n  + {change.now or '(not there)'}")
    click.echo(f"{len(differences)} differences against {against}")


@main.command()
@click.argument("agency")
@AS_OF
def worklist(agency: str, as_of: datetime | None) -> None:
    """What an agency must put right: what, where, how, since when."""
    from kinhbac.release.worklists import read_worklist

    registry, release = _registry(), _release(as_of)
    if agency not in registry.agencies:
        known = ", ".join(registry.agencies)
        click.echo(f"There is no agency «{agency}»; there are {known}.", err=True)
        sys.exit(1)
    items = read_worklist(_warehouse(release), agency)
    click.echo(f"{agency}, {registry.agencies[agency].name.vi}: {len(items)} to put right")
    for item in items:
        since = f" (since {item['since']:%d/%m/%Y})" if item["since"] else ""
        click.echo(
            f"- {item['item_vi']}{since}: {item['place_vi']}: {item['found']}\n"
            f"    rule: {item['expected']}; remedy: {item['remedy']}"
        )
    if items:
        click.echo(f"As files: {release.folder / 'worklists' / agency}.csv, .xlsx")


@main.command(cls=_Writing)
@click.option("--dry-run", is_flag=True, help="Print what would be sent, and send nothing.")
@click.option("--again", metavar="RECIPIENT", help="Tell an agency, or leaders, everything anew.")
def notify(dry_run: bool, again: str | None) -> None:
    """Tell agencies and leaders what has changed; exit code 1 if someone could not be told."""
    from kinhbac.notices.delivery import describe, preview
    from kinhbac.notices.delivery import notify as send_notices

    release = _release()
    if dry_run:
        for line in preview(data_folder(), release):
            click.echo(line)
        return
    delivery = send_notices(data_folder(), release, again)
    if again and not delivery.busy and again not in {told.recipient for told in delivery.told}:
        click.echo(f"Nobody is declared for «{again}».", err=True)
        sys.exit(1)
    for line in describe(delivery):
        click.echo(line)
    sys.exit(1 if delivery.doubtful else 0)


@main.command()
@AS_OF
def coverage(as_of: datetime | None) -> None:
    """What is needed, proposed, agreed, computed and published; what is missing."""
    from kinhbac.answers.coverage import describe_coverage

    click.echo(describe_coverage(_warehouse(_release(as_of))))


@main.command()
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

    warehouse = _warehouse(_release(as_of))
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


@main.command()
@click.argument("indicator")
@click.argument("area")
@AS_OF
def revisions(indicator: str, area: str, as_of: datetime | None) -> None:
    """What was told of each period, release by release, and by how much first figures move."""
    from kinhbac.answers.revisions import describe_triangle, read_triangle

    triangle = read_triangle(_warehouse(_release(as_of)), indicator, area)
    if triangle is None:
        click.echo(
            f"There is no figure of «{indicator}» in «{area}». Rule: key of an indicator and of an "
            "area, as kinhbac explain takes them. Remedy: kinhbac coverage names what there is.",
            err=True,
        )
        sys.exit(1)
    click.echo(describe_triangle(triangle))


@main.command("export-sdmx")
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

    release = _release(as_of)
    messages = write_datasets(release.folder / PLACE, folder, indicators, release.as_of, form)
    told = {"xml": "SDMX-ML", "json": "SDMX-JSON"}[form]
    click.echo(f"release {release.number}: {told} of {len(messages)} indicators in {folder}")


@main.command(cls=_Writing)
def edition() -> None:
    """Publish what is open of the release in force, and say where; exit code 1 if it may not be."""
    from kinhbac.release.editions import publish_edition

    registry, release, data = _registry(), _release(), data_folder()
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


@main.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", default=8024, show_default=True, type=click.IntRange(1, 65535))
def serve(host: str, port: int) -> None:
    """Answer questions about the release in force over HTTP, read-only, until told to end."""
    from kinhbac.interface.server import is_loopback
    from kinhbac.interface.server import serve as serve_releases

    release = _in_force()
    who = (
        f"Release {release.number} answers"
        if release
        else "There is no release yet; it will answer"
    )
    click.echo(f"{who} on http://{host}:{port}/ (openapi.json says what can be asked).")
    if not is_loopback(host):
        click.echo("Tokens travel there in the clear: put a server with TLS in front.", err=True)
    serve_releases(data_folder(), host, port)


@main.group()
def token() -> None:
    """Who may ask the interface for more than what is open."""


@token.command("add")
@click.argument("name")
@click.option("--edition", default="internal", show_default=True, help="shared or internal")
@click.option(
    "--agency", help="The agency for which its holder delivers; then it shows no edition."
)
def add_token(name: str, edition: str, agency: str | None) -> None:
    """Give NAME a token, and print it: nobody can read it again."""
    from kinhbac.interface.tokens import add_token as give

    if agency is not None and agency not in _registry().agencies:
        raise click.BadParameter(f"agencies.yml has no {agency}", param_hint="--agency")
    click.echo(give(data_folder().tokens, name, edition, today(), agency))


@token.command("list")
def list_tokens() -> None:
    """Who has a token, for which edition, since when."""
    from kinhbac.interface.tokens import read_tokens

    for name, entry in read_tokens(data_folder().tokens).items():
        what = f"delivers for {entry.agency}" if entry.agency else entry.edition
        click.echo(f"{name}: {what}, since {entry.added_on:%d/%m/%Y}")


@token.command("remove")
@click.argument("name")
def remove_token(name: str) -> None:
    """Withdraw the token of NAME; it lets nobody in from then on."""
    from kinhbac.interface.tokens import remove_token as withdraw

    withdraw(data_folder().tokens, name)


@main.command("open")
@click.argument("number", type=int, metavar="RELEASE", required=False)
def open_release(number: int | None) -> None:
    """Say where the database of a RELEASE is, and make it if it is not there."""
    release = release_numbered(data_folder(), number) if number else _release()
    if release is None:
        click.echo(f"There is no release {number}.", err=True)
        sys.exit(1)
    click.echo(_warehouse(release))


@main.command()
@click.argument("what", metavar="[RELEASE|FOLDER]", required=False)
@click.option(
    "--key",
    type=click.Path(path_type=Path),
    help="The public key that must have signed it, in PEM or OpenSSH form.",
)
def verify(what: str | None, key: Path | None) -> None:
    """Prove that a release, or a copy of one, is to the file what was sealed; exit code 1 if not."""
    data = data_folder()
    if what is None:
        folder = data.current.resolve() if data.current.exists() else _release().folder
    else:
        folder = data.releases / what if what.isdecimal() else Path(what)
        if what.isdecimal() and (len(what) > 9 or not folder.exists()):
            click.echo(f"There is no release {what}.", err=True)
            sys.exit(1)
    _prove_release(folder, key)
    if what is None and data.raw.is_dir():
        _prove_ledger(_in_force())


@main.command(cls=_Writing)
@click.argument("number", type=int, metavar="RELEASE")
def use(number: int) -> None:
    """Put RELEASE in force, once it is proven: readers see it, and the next night builds on it."""
    from kinhbac.release.going_back import put_in_force

    release = put_in_force(data_folder(), number)
    if release is None:
        click.echo(f"There is no release {number}.", err=True)
        sys.exit(1)
    click.echo(f"Release {number} of {release.as_of:%d/%m/%Y} is in force.")


@main.command(cls=_Writing)
@click.argument("source")
def rebind(source: str) -> None:
    """Take what lies in the ledger of SOURCE as true, where its chain is lost: look at it first."""
    from kinhbac.ingest.ledger_proof import rebind as rebind_ledger

    release = _in_force()
    named = release.manifest.get("ledger", {}) if release else {}
    if source not in named and not (data_folder().raw / source).is_dir():
        click.echo(f"There is no ledger of «{source}».", err=True)
        sys.exit(1)
    count = rebind_ledger(data_folder(), source, named.get(source))
    click.echo(f"The ledger of {source} was bound as it lies, with {count} entries.")


@main.command(cls=_Writing)
@click.argument("day", type=click.DateTime(["%Y-%m-%d"]))
@click.argument("folder", type=click.Path(path_type=Path))
def rebuild(day: datetime, folder: Path) -> None:
    """Compute the release that was in force on DAY again, in a new FOLDER, and compare."""
    from kinhbac.rebuilding import rebuild as rebuild_release

    release = _release(day)
    rebuilt = rebuild_release(data_folder(), release, folder)
    if not rebuilt.same_code:
        click.echo("The code has changed since then: its methods are those of today.")
    for table in rebuilt.differing:
        click.echo(f"{table} differs")
    click.echo(
        f"release {release.number}: {rebuilt.tables - len(rebuilt.differing)} of "
        f"{rebuilt.tables} tables are the same again, in {rebuilt.release.folder}"
    )
    sys.exit(1 if rebuilt.differing else 0)


@main.command(cls=_Writing)
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

    registry, release = _registry(), _in_force()
    stood = find_stood(registry, release, today())
    try:
        given = Signature(step, agency, Act(agency=agency, decision=decision, date=on.date()))
    except ValueError:
        click.echo(f"«{agency}» is no agency of agencies.yml", err=True)
        sys.exit(1)
    if objections := find_objections(registry, indicators, round_, given, today(), stood):
        click.echo("\n".join(["Nothing was signed.", *objections]), err=True)
        sys.exit(1)
    changed = sign_definitions(registry, indicators, round_, given)
    click.echo(f"{len(changed)} of {len(indicators)} definitions signed for «{step}» in {round_}")
    standings = find_standings(_registry(), today(), stood=stood)
    for key in dict.fromkeys(indicators):
        if not standings[key].published:
            click.echo(f"warning: {standings[key]}")


@main.command()
@click.option("--json", "as_json", is_flag=True, help="All of it as JSON (docs/operations.md).")
@click.option(
    "--metrics",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Write it into this file as well, in the form of OpenMetrics.",
)
def status(as_json: bool, metrics: Path | None) -> None:
    """How the installation stands; exit code 1 to look at something, 2 to act."""
    from kinhbac.data_folder import written_aside
    from kinhbac.upkeep import status_text
    from kinhbac.upkeep.status import find_status

    found = find_status(data_folder(), now())
    if metrics:
        with written_aside(metrics) as aside:
            aside.write_text(status_text.as_metrics(found), encoding="utf-8")
            aside.chmod(0o644)  # another user reads it
    if as_json:
        click.echo(json.dumps(status_text.as_json(found), ensure_ascii=False, indent=1))
    else:
        click.echo(status_text.describe(found))
    sys.exit(found.exit_code)


@main.command(cls=_Writing)
@click.option("--yes", "really", is_flag=True, help="Take it away; without it nothing is.")
def prune(really: bool) -> None:
    """Make room: what the retention policy lets go of old releases, named and then taken away."""
    from kinhbac.upkeep.retention import find_let_go, let_go, read_policy

    data = data_folder()
    policy = read_policy(data)
    gone = find_let_go(data, policy, today())
    for each in gone:
        click.echo(f"release {each.release}: {each.path.name}, {each.freed / 1e6:,.1f} MB")
    if really:
        from orchestration.run_log import forget_runs

        let_go(gone, today())
        runs = forget_runs(data, now() - timedelta(days=policy.every_release_days))
        click.echo(f"{runs} runs of Dagster were forgotten")
    freed, word = sum(each.freed for each in gone) / 1e6, "were" if really else "would be"
    click.echo(f"{freed:,.1f} MB {word} made free; all figures stay")


STORE = click.argument("store", type=click.Path(path_type=Path, file_okay=False))


@main.command()
@STORE
@click.option("--list", "only_list", is_flag=True, help="Name the backups that are there.")
def backup(store: Path, only_list: bool) -> None:
    """Add a copy of the data folder to STORE, a folder on another disk; a night may run meanwhile."""
    from kinhbac.upkeep.backups import list_backups, take_backup

    if only_list:
        for each in list_backups(store):
            click.echo(f"{each.name}: {len(each.files):,} entries, {each.weight / 1e6:,.1f} MB")
        return
    taken = take_backup(data_folder(), store)
    click.echo(
        f"{taken.backup.name}: {len(taken.backup.files):,} entries, {taken.backup.weight / 1e6:,.1f}"
        f" MB, of which {taken.added / 1e6:,.1f} MB are new in {store}"
    )


@main.command()
@STORE
@click.option("--backup", "name", metavar="NAME", help="The newest if left out.")
def restore(store: Path, name: str | None) -> None:
    """Lay a backup from STORE down in the data folder, which is empty, and prove all that it holds."""
    from kinhbac.upkeep.backups import restore as lay_down

    data = data_folder()
    restored = lay_down(store, data, name)
    click.echo(f"{restored.name}: {len(restored.files):,} entries are laid down in {data.root}")
    release = _in_force()
    if release:
        _prove_release(release.folder)
    if data.raw.is_dir():
        _prove_ledger(release)


@main.command()
@click.argument("folder", type=click.Path(path_type=Path), default=SOURCES / "schema")
def schema(folder: Path) -> None:
    """Write the JSON Schemas from which editors complete."""
    from kinhbac.registry.json_schemas import json_schemas

    folder.mkdir(parents=True, exist_ok=True)
    for name, content in json_schemas().items():
        text = json.dumps(content, ensure_ascii=False, indent=2) + "\n"
        (folder / name).write_text(text, encoding="utf-8")
        click.echo(folder / name)


@main.command()
@click.argument(
    "file", type=click.Path(path_type=Path), default=SOURCES.parent / "docs" / "data-dictionary.md"
)
def dictionary(file: Path) -> None:
    """Write the data dictionary from the descriptions of the published tables."""
    from kinhbac.dictionary import data_dictionary

    file.write_text(data_dictionary(), encoding="utf-8")
    click.echo(file)


@main.command()
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

    click.echo(write_form(_registry(), source, period, today(), file, rows or OPEN_ROWS))


@main.command("try")
@click.argument("source")
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "--period", help="Such as 2026-10; that of its folder, or the last one that has ended."
)
def try_(source: str, file: Path, period: str | None) -> None:
    """Say what the door would say of FILE from SOURCE, word for word, and keep nothing."""
    from kinhbac.ingest.trial import describe, try_file

    extract, examined = try_file(_registry(), source, file, period, today())
    click.echo(describe(extract, examined))
    sys.exit(0 if examined.typed is not None else 1)


@main.command("draft-source")
@click.argument("contract", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.argument("folder", type=click.Path(path_type=Path), required=False)
@click.option("--object", "schema_object", help="Which one, where the contract has several.")
def draft_source(contract: Path, folder: Path | None, schema_object: str | None) -> None:
    """Draft a source.yml from an ODCS CONTRACT: printed, or written into a new FOLDER."""
    from kinhbac.exchange.contracts.draft import draft_source as draft
    from kinhbac.exchange.contracts.draft import write_draft

    text = draft(contract, today(), schema_object)
    try:
        click.echo(write_draft(text, folder) if folder else text, nl=folder is not None)
    except FileExistsError:
        click.echo(f"{folder} is there already: name a new folder.", err=True)
        sys.exit(1)


@main.command()
@click.argument("period", metavar="PERIOD")
@click.option("--to", "file", type=click.Path(path_type=Path, dir_okay=False), required=True)
@AS_OF
def report(period: str, file: Path, as_of: datetime | None) -> None:
    """Write the periodic report of PERIOD (2026-10, 2026-Q3, 2026) as a .docx to edit."""
    from kinhbac.data_folder import written_aside
    from kinhbac.scoreboard.periodic_report import period_of_report, read_periodic_report
    from kinhbac.scoreboard.report_document import write_document

    release = _release(as_of)
    asked = period_of_report(period)
    content = write_document(read_periodic_report(_warehouse(release), asked))
    with written_aside(file) as aside:
        aside.write_bytes(content)
    click.echo(f"{file}: {asked.label}, from release {release.number}")


@main.command("report-package")
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
    sent = send(data_folder(), _warehouse(_release(as_of)), asked, folder, despite, today())
    for line in describe(sent):
        click.echo(line)


def run(arguments: Sequence[str] | None = None) -> NoReturn:
    """The command line as a process, which is over as soon as it has answered."""
    code: str | int | None = 0
    keep_private()
    try:
        main(arguments)
    except SystemExit as ended:
        code = ended.code
    leave(code if isinstance(code, int) else 0 if code is None else 1)


if __name__ == "__main__":
    run()
