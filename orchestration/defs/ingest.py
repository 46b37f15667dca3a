"""Assets of the door: the registry's tables, one asset a source, ledger, process."""

from collections import Counter
from collections.abc import Iterator

import dagster as dg

from kinhbac.calendar import today
from kinhbac.ingest.ledger import read_entries
from kinhbac.night import (
    Night,
    count_records,
    lay_down_registry,
    place_definitions,
    receive_extracts,
    remember_release,
    write_ledger_tables,
)
from kinhbac.problems import SHOWN
from kinhbac.registry import Registry
from kinhbac.registry.definitions.meaning import find_duplicates
from kinhbac.registry.definitions.standing import find_standings


@dg.asset(key="registry", kinds={"yaml", "parquet"}, group_name="registry")
def registry_tables(night: dg.ResourceParam[Night]) -> dg.MaterializeResult[None]:
    """What sources/ declares, as tables."""
    return dg.MaterializeResult(metadata=dict(lay_down_registry(night).items()))


def raw_key(source: str) -> dg.AssetKey:
    """The asset of a source's accepted extracts."""
    return dg.AssetKey(["raw", source])


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
            )
            for source, contract in registry.sources.items()
        ],
        can_subset=True,
    )
    def raw(
        context: dg.AssetExecutionContext, night: dg.ResourceParam[Night]
    ) -> Iterator[dg.MaterializeResult[None]]:
        """Every selected source's extracts, through the door."""
        selected = context.selected_asset_keys
        wanted = [source for source in registry.sources if raw_key(source) in selected]
        for intake in receive_extracts(night, wanted):
            reception = intake.reception
            newest = reception.entries[-1].extract if reception.entries else "none"
            yield dg.MaterializeResult(
                asset_key=raw_key(reception.source),
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

    return raw


def _make_ledger(registry: Registry) -> dg.AssetsDefinition:
    """The tables that know every extract and the release in force, after every source."""

    @dg.asset(
        deps=[raw_key(source) for source in registry.sources],
        kinds={"parquet"},
        group_name="registry",
    )
    def ledger(night: dg.ResourceParam[Night]) -> dg.MaterializeResult[None]:
        """Every extract ever delivered, how it stands, and what was wrong with refused ones."""
        extracts = write_ledger_tables(night)
        remember_release(night)
        standing = dict(extracts["standing"].value_counts().iter_rows())
        return dg.MaterializeResult(metadata={"extracts": extracts.height, **standing})

    return ledger


@dg.asset(deps=["ledger"], kinds={"sql", "parquet"}, group_name="registry")
def reduction(night: dg.ResourceParam[Night]) -> dg.MaterializeResult[None]:
    """What the records of the extracts in force count to; only what has changed is counted."""
    counted = count_records(night)
    return dg.MaterializeResult(metadata={"extracts": counted.in_force, "counted": counted.counted})


@dg.asset(deps=["ledger"], kinds={"yaml", "parquet"}, group_name="registry")
def process(night: dg.ResourceParam[Night]) -> dg.MaterializeResult[None]:
    """At which of the six steps each definition stands, and what it lacks for the next."""
    counts = Counter(standing.step for standing in place_definitions(night).values())
    return dg.MaterializeResult(metadata=dict(counts))


def _extracts_accepted(source: str) -> dg.AssetChecksDefinition:
    @dg.asset_check(asset=raw_key(source), name="extracts_accepted")
    def extracts_accepted(night: dg.ResourceParam[Night]) -> dg.AssetCheckResult:
        """Every extract of the source passed the door; a refused one holds its own values."""
        entries = read_entries(night.registry, night.data, source)
        problems = [problem for entry in entries for problem in entry.problems]
        return dg.AssetCheckResult(
            passed=not problems,
            severity=dg.AssetCheckSeverity.WARN,
            metadata={"problems": [str(problem) for problem in problems[:SHOWN]]},
        )

    return extracts_accepted


@dg.asset_check(asset="process")
def nothing_sent_back(night: dg.ResourceParam[Night]) -> dg.AssetCheckResult:
    """No issued definition has changed since it was signed."""
    standings = find_standings(night.registry, night.as_of)
    back = [s for s in standings.values() if s.sent_back]
    return dg.AssetCheckResult(
        passed=not back,
        severity=dg.AssetCheckSeverity.WARN,
        metadata={s.indicator: "; ".join(s.lacking) for s in back[:SHOWN]},
    )


@dg.asset_check(asset="registry")
def no_duplicate_by_meaning(night: dg.ResourceParam[Night]) -> dg.AssetCheckResult:
    """No two formulas say the same."""
    duplicates = find_duplicates(night.registry)
    return dg.AssetCheckResult(
        passed=not duplicates,
        severity=dg.AssetCheckSeverity.WARN,
        metadata={d.indicator: f"{d.relation} as {d.other}" for d in duplicates[:SHOWN]},
    )


def define_ingest(registry: Registry) -> dg.Definitions:
    """The assets of the door and what is asked of extracts and definitions."""
    accepted = [_extracts_accepted(source) for source in registry.sources]
    return dg.Definitions(
        assets=[registry_tables, _make_raw(registry), _make_ledger(registry), reduction, process],
        asset_checks=[*accepted, nothing_sent_back, no_duplicate_by_meaning],
    )
