"""The steps of a night, once: in which order, and what each reads and writes.

Here: what every step is given, one function a step, the table that lists them. Dagster's
assets, ``kinhbac refresh``, ``kinhbac rebuild`` and the tests run these and have none of
their own. Not here: how a step does its work (the rooms), the words of the summary
(``night_report``). Past 200 lines because functions and table are read side by side.
"""

from __future__ import annotations

import json
import logging
import os
from collections import deque
from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import nullcontext
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property, partial

import polars as pl

from kinhbac.changes import begin_anew, begin_build, find_changes, finish_build
from kinhbac.checks.acceptance import (
    Expectations,
    Verdict,
    begin_expectations,
    examine_candidate,
    finish_candidate,
)
from kinhbac.checks.dbt_project import TransformationFailed
from kinhbac.checks.dbt_run import NOT_AT_NIGHT, Built, Dbt, read_built
from kinhbac.data_folder import DataFolder
from kinhbac.ingest.arrival import remember_uploads
from kinhbac.ingest.extracts import find_arriving
from kinhbac.ingest.intake import Intake, take_in
from kinhbac.ingest.landing_zone import find_strays
from kinhbac.ingest.ledger import read_entries
from kinhbac.ingest.ledger_proof import find_damage, mend, mend_kept
from kinhbac.ingest.ledger_tables import delivered_sources, write_ledger
from kinhbac.night_report import NightReport
from kinhbac.notices.delivery import Delivery, notify
from kinhbac.notices.delivery import describe as describe_delivery
from kinhbac.problems import Refused
from kinhbac.problems import describe as describe_problems
from kinhbac.reduction.uniting import Reduction, reduce_records
from kinhbac.registry import Registry
from kinhbac.registry.definitions.standing import Standing
from kinhbac.registry.tables import write_registry, write_standings
from kinhbac.release.apart import Apart
from kinhbac.release.edition_in_force import Edition, EditionRefused
from kinhbac.release.editions import publish_edition
from kinhbac.release.memory import write_memory
from kinhbac.release.origin import find_current
from kinhbac.release.publication import publish
from kinhbac.release.refusal import describe_refusal
from kinhbac.release.releases import (
    Release,
    current_release,
    next_number,
    refuse_earlier,
    restore_current,
)
from kinhbac.rights import close_folders, keep_private
from kinhbac.stillness import Watch
from kinhbac.upkeep.derived import clear_way
from kinhbac.upkeep.room import refuse_full
from kinhbac.words.table import write_words

log = logging.getLogger("kinhbac")


@dataclass(frozen=True)
class Night:
    """What every step is given, and the report to which it adds its part.

    ``workers`` is on how many cores it may work side by side; ``examined`` whether the candidate
    is examined in the same night once it is built, ``same_ledger`` whether the release in force was
    made of the ledger in this data folder.
    """

    registry: Registry
    data: DataFolder
    as_of: date
    workers: int = field(default_factory=lambda: os.cpu_count() or 1)
    report: NightReport = field(default_factory=NightReport)
    watch: Watch = field(default_factory=Watch)
    examined: bool = True
    same_ledger: bool = True

    @cached_property
    def dbt(self) -> Dbt:
        """What builds the candidate; it can get ready while other steps are taken."""
        return Dbt(self.data)

    @cached_property
    def expectations(self) -> Expectations:
        """What asks the candidate's tables as wholes; it gets ready while dbt builds them."""
        return Expectations()

    @cached_property
    def apart(self) -> Apart:
        """Where what leaves is written beside the pages; it gets ready while dbt builds."""
        return Apart(self.workers)


def lay_down_registry(night: Night) -> dict[str, int]:
    """What ``sources/`` declares, and the words for it, as tables; returns rows by table.

    Raises DayPassed for a night that comes before the release in force, and ReleaseUnreadable.
    """
    registry = night.registry
    keep_private()
    refuse_place(night.data)
    refuse_full(night.data)
    close_folders(*night.data.private)
    refuse_earlier(night.data, night.as_of)
    for path in clear_way(night.data):
        log.warning("%s was a folder where a file belongs: it is made again", path)
    if restore_current(night.data):
        log.warning("current was lost: it leads to release 1 again, the only one there is")
    counts = write_registry(registry, night.data, night.as_of, next_number(night.data))
    counts["words"] = write_words(night.data)
    log.info(
        "registry: %d sources, %d indicators",
        len(registry.sources),
        len(registry.indicators),
        extra={"stage": "registry"},
    )
    return counts


def receive_extracts(
    night: Night, sources: Iterable[str] | None = None, period: str | None = None
) -> Iterator[Intake]:
    """The extracts of every source, or of ``sources``, through the door; told one by one. Of
    ``period``, where one is given, nothing else, and again."""
    wanted = list(night.registry.sources if sources is None else sources)
    whole = period is None and set(wanted) >= set(night.registry.sources)
    night.watch.begin(night.registry.folder, night.data, whole)
    remember_uploads(night.data)
    prove_ledger(night)
    for intake in take_in(night.registry, night.data, wanted, night.as_of, night.workers, period):
        reception = intake.reception
        night.report.count(reception)
        log.info(
            "%s: %d accepted, %d refused, %d unchanged",
            reception.source,
            reception.accepted,
            reception.refused,
            reception.unchanged,
            extra={"stage": "deliveries"},
        )
        if reception.problems:
            tell = partial(describe_problems, reception.source, reception.problems)
            log.warning("%s", tell(), extra={"tell": tell})
        yield intake


def refuse_place(data: DataFolder) -> None:
    """Refuse a data folder that cannot be read and written in safety. Raises Refused."""
    root = data.root.as_posix()
    if odd := sorted(sign for sign in set(root) if sign == "\\" or not sign.isprintable()):
        raise Refused(
            f"{root!a} has {', '.join(map(ascii, odd))} in its name. Rule: DuckDB "
            "takes a backslash for the end of a folder's name, and signs that cannot be printed "
            "mislead whoever reads a message. Remedy: give the data folder another name (KINHBAC_DATA)."
        )
    if data.kept.is_symlink():
        raise Refused(
            f"{data.kept} is a link. Rule: what is kept lies in the data folder itself. Remedy: put "
            "the folder there to which it leads."
        )


def prove_ledger(night: Night) -> None:
    """Prove that what lies below ``raw/`` is what the ledger says, and make again what is not.

    A file that is as it was seen last is not read for it. Raises LedgerBroken.
    """
    release = current_release(night.data) if night.same_ledger else None
    heads = release.manifest.get("ledger", {}) if release else {}
    damages = find_damage(night.data, heads, night.watch.hash_of(night.data))
    mend(night.registry, night.data, damages, night.as_of, heads)
    mend_kept(night.registry, night.data, night.watch.changed_kept(night.data))


def write_ledger_tables(night: Night) -> pl.DataFrame:
    """Every extract ever delivered and how it stands; returns the table of extracts."""
    registry, data = night.registry, night.data
    entries = [entry for key in registry.sources for entry in read_entries(registry, data, key)]
    extracts = write_ledger(entries, registry, data)
    night.watch.record(extracts.select("file", "sha256").iter_rows())
    for stray, why in find_strays(registry, data).items():
        log.warning("%s %s: nobody takes it in", stray, why)
    taken_in = {entry.extract for entry in entries}
    for extract in find_arriving(registry, data, night.watch.seconds):
        if extract.extract not in taken_in:
            log.warning("%s is arriving: the next night looks at it", extract.place)
            night.watch.taken_in = None  # which is no idle one
    return extracts


def count_records(night: Night) -> Reduction:
    """What records count to, extract by extract; only what has changed is counted.

    Raises ProblemsFound when what a source counts is not sound, and Refused when the engine that
    the installation names cannot be asked: nothing is built then, and the last release stays.
    """
    reduction = reduce_records(night.registry, night.data)
    log.info(
        "records: %d extracts in force, %d counted",
        reduction.in_force,
        reduction.counted,
        extra={"stage": "records"},
    )
    return reduction


def remember_release(night: Night) -> int:
    """What the release in force says, for holds, revisions and warnings; returns its values."""
    return write_memory(night.data)


def place_definitions(night: Night) -> dict[str, Standing]:
    """At which of the six steps each definition stands, and what it lacks for the next."""
    delivered = delivered_sources(night.data)
    number = next_number(night.data)
    return write_standings(night.registry, night.data, night.as_of, delivered, number)


def transform(night: Night, models: Collection[str] = ()) -> Built | None:
    """Build the candidate and test it, or ``models`` of it, in full, with their tests.

    None when the night is idle because nothing has changed: all that is left of it is an open
    edition that is still to come, and to tell who has not been told. Red tests are evidence and
    no error; raises TransformationFailed when nothing was built.
    """
    if find_current(night.registry.fingerprint, night.data, night.as_of):
        log.info("nothing has changed since the current release: no build")
        night.report.idle = True
        open_release(night)  # what was refused, or cut off, the last time
        send_notices(night)  # whoever could not be told the last time
        return None
    wanted = _what_to_build(night, models)
    if night.examined and not models:  # a part of the candidate is not examined at once
        night.expectations.start()
        night.apart.start()
    try:
        night.dbt.run(["build", *wanted, "--exclude", *NOT_AT_NIGHT])
    except TransformationFailed:
        night.expectations.stop()
        raise
    finally:
        finish_candidate(night.data)  # also what dbt said before it failed is of this candidate
    built = read_built(night.data)
    if not models and built.whole:
        finish_build(night.data, night.as_of)
        if night.examined:  # both read the candidate, which stays as it is, while this is told
            begin_expectations(night.data, night.expectations)
            night.apart.begin_draft(night.data)
    return built


def _what_to_build(night: Night, models: Collection[str]) -> list[str]:
    """dbt's arguments for ``models``, or for all that has changed, which is laid down for it."""
    if models:
        log.info("dbt builds and tests %s …", ", ".join(models))
        begin_anew(night.data)
        return ["--full-refresh", "--select", *models]
    changes = find_changes(night.data, night.as_of)
    log.info("dbt builds and tests %s …", changes, extra={"stage": "warehouse"})
    begin_build(night.data, changes)
    return ["--vars", json.dumps({"unchanged": sorted(changes.unchanged)})]


def examine(night: Night) -> Verdict:
    """Every check of the candidate; a red one is the verdict's to tell and raises nothing.

    Raises FileNotFoundError when there is no candidate.
    """
    log.info("acceptance of the published tables …", extra={"stage": "acceptance"})
    return examine_candidate(night.data, night.expectations)


def publish_release(night: Night) -> Release:
    """Seal the candidate with its site and put it in force, if the gate is open.

    Returns the release in force when nothing has changed. Raises PublicationRefused.
    """
    before = current_release(night.data)
    release = publish(night.data, night.registry.folder, night.as_of, night.apart)
    night.report.published = before is None or before.number != release.number
    log.info("release %d is in force", release.number, extra={"stage": "release"})
    return release


def open_release(night: Night) -> Edition | None:
    """What is open of the release in force, as an edition for everybody.

    One that is refused is warned of and tried again the next night: the release is in force by
    then, and the last edition stays as it was.
    """
    release = current_release(night.data)
    if release is None:
        raise LookupError("there is no release to open: run the nightly job first")
    before = night.data.open.resolve()
    try:
        edition = publish_edition(night.registry, night.data, release)
    except EditionRefused as refused:
        night.report.edition_refused = f"{refused}"
        log.warning("%s", refused)
        return None
    if edition:
        stays = edition.folder == before
        word = "stays (nothing open has changed)" if stays else "published"
        night.report.edition = f"{edition.number} {word}"
    elif before.name.isdecimal() and not night.data.open.is_symlink():
        night.report.edition = f"{before.name} withdrawn"
    if night.report.edition:
        log.info("open edition %s", night.report.edition, extra={"stage": "edition"})
    return edition


def send_notices(night: Night) -> Delivery:
    """What stands open in the release, told to whom it concerns, once per change.

    A mail server that fails is warned of and tried again the next night: the release is in
    force by then.
    """
    release = current_release(night.data)
    if release is None:
        raise LookupError("there is no release to tell of: run the nightly job first")
    delivery = notify(night.data, release)
    night.report.notices = delivery.summary
    log.info("notices: %s", delivery.summary, extra={"stage": "notices"})
    if delivery.doubtful:
        log.warning("\n".join(describe_delivery(delivery)))
    elif not delivery.busy and not night.report.edition_refused:
        night.watch.end(night.registry.folder, night.data)
    return delivery


@dataclass(frozen=True)
class Step:
    """A step and where it reads and writes: patterns of paths under the data folder, in which
    ``*`` stands for folders too. ``sources`` is the registry, which every step is given.
    """

    name: str
    run: Callable[[Night], object]
    reads: tuple[str, ...]
    writes: tuple[str, ...]


IN_FORCE = ("current", "releases/*")
OPENED = ("open", "editions/*")
LOOKED_AT = ("sources", "landing/*", "raw/*", "notices.yml", "notices/*", *IN_FORCE)
"""What a night looks at before and after, so that the next one knows whether it is idle."""

WAREHOUSE = Step(
    "warehouse",
    transform,
    reads=("tables/*", *LOOKED_AT, *OPENED),
    writes=(
        "build/*",
        "dbt/*",
        "computed/*",
        "notices/*",
        "landing/.kept/seen.json",
        "tables/changed_*",
        "releases/.*",
        *OPENED,
    ),
)

COMPUTING = (
    Step(
        "registry",
        lay_down_registry,
        reads=("sources", *IN_FORCE),
        writes=("tables/*", "current"),
    ),
    Step(
        "raw",
        receive_extracts,
        reads=LOOKED_AT,
        writes=("landing/*", "raw/*", ".uploads.json"),
    ),
    Step(
        "ledger",
        write_ledger_tables,
        reads=("sources", "landing/*", "raw/*"),
        writes=("tables/extracts.parquet", "tables/turns.parquet", "tables/problems.parquet"),
    ),
    Step(
        "reduction",
        count_records,
        reads=("sources", "raw/*", "tables/extracts.parquet"),
        writes=("counted/*", "tables/counted_observations.parquet"),
    ),
    Step(
        "memory",
        remember_release,
        reads=IN_FORCE,
        writes=("tables/last_values.parquet", "tables/published_*.parquet"),
    ),
    Step(
        "process",
        place_definitions,
        reads=(
            "sources",
            "tables/extracts.parquet",
            "tables/published_definitions.parquet",
            *IN_FORCE,
        ),
        writes=("tables/standings.parquet", "tables/definition_history.parquet"),
    ),
    WAREHOUSE,
)
"""From what is declared and delivered to a candidate and what its tests said of it."""

PUBLISHING = (
    Step("acceptance", examine, reads=("build/*", "dbt/*"), writes=("build/*", "dbt/*")),
    Step(
        "release",
        publish_release,
        reads=("sources", "build/*", "dbt/*", "tables/*", *IN_FORCE),
        writes=("build/*", "dbt/*", *IN_FORCE),
    ),
)
"""From a candidate to a release in force, or to the reasons why there is none."""

TELLING = (
    Step(
        "edition",
        open_release,
        reads=("sources", *IN_FORCE, *OPENED),
        writes=OPENED,
    ),
    Step(
        "notices",
        send_notices,
        reads=LOOKED_AT,
        writes=("notices/*", "landing/.kept/seen.json"),
    ),
)
"""What leaves when the release is in force."""

STEPS = (*COMPUTING, *PUBLISHING, *TELLING)
"""A whole night."""


def run(night: Night, steps: Iterable[Step] = STEPS) -> None:
    """Take these steps one after the other, without Dagster; idle ones are not taken.

    Raises what a step raises.
    """
    steps = list(steps)
    with night.apart, night.dbt if WAREHOUSE in steps else nullcontext():
        for step in steps:
            told = step.run(night)
            if isinstance(told, Iterator):  # a step that tells as it goes works while one listens
                deque(told, maxlen=0)
            if night.report.idle:
                return


def lay_down(night: Night) -> None:
    """What dbt reads, for a data folder in which no night has run: registry and words, an empty
    ledger and memory, a place for the candidate. Nothing is taken in, and what a night has laid
    down stays."""
    night.data.candidate.parent.mkdir(parents=True, exist_ok=True)
    if not (night.data.tables / "standings.parquet").exists():
        run(night, (step for step in COMPUTING if step.name not in ("raw", "warehouse")))
        begin_anew(night.data)


def why_refused(night: Night) -> str:
    """Which blocking checks of the candidate at hand are red, and who must act; or nothing."""
    if not (night.data.evidence.exists() and night.data.candidate.exists()):
        return ""
    verdict = examine_candidate(night.data, night.expectations)
    if not verdict.blocking:
        return ""
    release = current_release(night.data)
    return describe_refusal(verdict, night.registry, release.number if release else None)
