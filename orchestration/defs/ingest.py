"""Assets of the door: the registry's tables, one asset a source, ledger, process."""

from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import timedelta
from math import ceil

import dagster as dg

from kinhbac.calendar import today
from kinhbac.night import (
    Night,
    count_records,
    lay_down_registry,
    place_definitions,
    receive_extracts,
    remember_release,
    write_ledger_tables,
)
from kinhbac.periods import PeriodKind
from kinhbac.problems import SHOWN
from kinhbac.registry import Registry
from kinhbac.registry.declared.contract import Source
from kinhbac.registry.definitions.meaning import find_duplicates
from orchestration.defs.periods import tell_periods
from orchestration.patience import patient

ACCEPTED = "extracts_accepted"
NOTHING_SENT_BACK = "nothing_sent_back"
NO_DUPLICATE = "no_duplicate_by_meaning"


@dg.asset(
    key="registry",
    kinds={"yaml", "parquet"},
    group_name="registry",
    owners=["team:registry"],
    check_specs=[
        dg.AssetCheckSpec(
            NO_DUPLICATE, asset="registry", description="No two formulas say the same."
        )
    ],
)
@patient
def registry_tables(night: dg.ResourceParam[Night]) -> Iterator[dg.MaterializeResult[None]]:
    """What sources/ declares, as tables."""
    counts = lay_down_registry(night)
    duplicates = find_duplicates(night.registry)
    same = {d.indicator: f"{d.relation} as {d.other}" for d in duplicates[:SHOWN]}
    yield dg.MaterializeResult(
        metadata=dict(counts.items()), check_results=[_warning(NO_DUPLICATE, not duplicates, same)]
    )


def _warning(
    name: str,
    passed: bool,
    found: "Mapping[str, dg.RawMetadataValue]",
    asset: dg.AssetKey | None = None,
) -> dg.AssetCheckResult:
    """What a check found that stops nothing. Checks are told by the step that knows the answer,
    because each step costs Dagster as much as a small model costs dbt."""
    return dg.AssetCheckResult(
        asset_key=asset,
        check_name=name,
        passed=passed,
        severity=dg.AssetCheckSeverity.WARN,
        metadata=found,
    )


def raw_key(source: str) -> dg.AssetKey:
    """The asset of a source's accepted extracts."""
    return dg.AssetKey(["raw", source])


DAYS = {
    PeriodKind.DAY: 1, PeriodKind.MONTH: 31, PeriodKind.QUARTER: 92, PeriodKind.HALF_YEAR: 184,
    PeriodKind.YEAR: 366,
}  # fmt: skip


def _freshness(contract: Source) -> dg.FreshnessPolicy | None:
    """How old what was read last may be: a period and the days after it until it is late. Of a
    source of which nothing is expected, any age."""
    delivery = contract.delivery
    if delivery.expected_from is None:
        return None
    weeks = 7 / 5 if delivery.due_in == "working_days" else 1
    late = timedelta(days=DAYS[delivery.frequency] + ceil(delivery.due_days * weeks) + 1)
    return dg.FreshnessPolicy.time_window(fail_window=late)


def _make_raw(registry: Registry) -> dg.AssetsDefinition:
    """An asset a source, all of one function: cores share the sources where that pays."""

    @dg.multi_asset(
        name="raw",
        specs=[
            dg.AssetSpec(
                raw_key(source),
                deps=["registry"],
                group_name=contract.sector,
                owners=[f"team:{registry.answers_for(source, today())}"],
                kinds={contract.delivery.format, "parquet"},
                description=f"{contract.name.vi} / {contract.name.en}",
                tags={"synthetic": str(contract.synthetic).lower()},
                freshness_policy=_freshness(contract),
            )
            for source, contract in registry.sources.items()
        ],
        check_specs=[
            dg.AssetCheckSpec(
                ACCEPTED,
                asset=raw_key(source),
                description="Every extract passed the door; a refused one holds its own values.",
            )
            for source in registry.sources
        ],
        can_subset=True,
    )
    @patient
    def raw(
        context: dg.AssetExecutionContext, night: dg.ResourceParam[Night]
    ) -> Iterator[dg.MaterializeResult[None] | dg.AssetCheckResult]:
        """Every selected source's extracts, through the door."""
        selected = context.selected_asset_keys
        wanted = [source for source in registry.sources if raw_key(source) in selected]
        for intake in receive_extracts(night, wanted):
            reception, asset = intake.reception, raw_key(intake.reception.source)
            newest = reception.entries[-1].extract if reception.entries else "none"
            yield dg.MaterializeResult(
                asset_key=asset,
                metadata={
                    "accepted": reception.accepted,
                    "refused": reception.refused,
                    "unchanged": reception.unchanged,
                    "rows": reception.rows,
                    "problems": len(reception.problems),
                    "newest_extract": newest,
                    "seconds": intake.seconds,
                },
            )
            if dg.AssetCheckKey(asset, ACCEPTED) in context.selected_asset_check_keys:
                told = {"problems": [str(problem) for problem in reception.problems[:SHOWN]]}
                yield _warning(ACCEPTED, not reception.problems, told, asset)

    return raw


def _make_ledger(registry: Registry) -> dg.AssetsDefinition:
    """The tables that know every extract and the release in force, after every source."""

    @dg.asset(
        deps=[raw_key(source) for source in registry.sources],
        kinds={"parquet"},
        group_name="registry",
        owners=["team:registry"],
    )
    @patient
    def ledger(
        context: dg.AssetExecutionContext, night: dg.ResourceParam[Night]
    ) -> dg.MaterializeResult[None]:
        """Every extract ever delivered, how it stands, and what was wrong with refused ones."""
        extracts = write_ledger_tables(night)
        tell_periods(context.instance, extracts.group_by("source").agg("period").iter_rows())
        remember_release(night)
        standing = dict(extracts["standing"].value_counts().iter_rows())
        return dg.MaterializeResult(metadata={"extracts": extracts.height, **standing})

    return ledger


@dg.asset(
    deps=["ledger"],
    kinds={"sql", "parquet"},
    group_name="registry",
    owners=["team:registry"],
)
@patient
def reduction(night: dg.ResourceParam[Night]) -> dg.MaterializeResult[None]:
    """What the records of the extracts in force count to; only what has changed is counted."""
    counted = count_records(night)
    return dg.MaterializeResult(metadata={"extracts": counted.in_force, "counted": counted.counted})


@dg.asset(
    deps=["ledger"],
    kinds={"yaml", "parquet"},
    group_name="registry",
    owners=["team:registry"],
    check_specs=[
        dg.AssetCheckSpec(
            NOTHING_SENT_BACK,
            asset="process",
            description="No issued definition has changed since it was signed.",
        )
    ],
)
@patient
def process(night: dg.ResourceParam[Night]) -> Iterator[dg.MaterializeResult[None]]:
    """At which of the six steps each definition stands, and what it lacks for the next."""
    standings = place_definitions(night).values()
    back = [standing for standing in standings if standing.sent_back]
    found = {standing.indicator: "; ".join(standing.lacking) for standing in back[:SHOWN]}
    yield dg.MaterializeResult(
        metadata=dict(Counter(standing.step for standing in standings)),
        check_results=[_warning(NOTHING_SENT_BACK, not back, found)],
    )


def define_ingest(registry: Registry) -> dg.Definitions:
    """The assets of the door, with what is asked of extracts and definitions."""
    return dg.Definitions(
        assets=[registry_tables, _make_raw(registry), _make_ledger(registry), reduction, process]
    )
