"""Assets of the door: the registry's tables, one asset a source, ledger, process."""

import logging
from collections import Counter
from collections.abc import Iterator

import dagster as dg

from kinhbac.ingest.extracts import find_strays
from kinhbac.ingest.intake import take_in
from kinhbac.ingest.ledger import read_entries
from kinhbac.ingest.ledger_tables import delivered_sources, write_ledger
from kinhbac.problems import SHOWN, describe
from kinhbac.registry.definitions.meaning import find_duplicates
from kinhbac.registry.definitions.standing import find_standings
from kinhbac.registry.tables import write_registry, write_standings
from kinhbac.release.memory import write_last_values
from kinhbac.release.publication import next_number
from kinhbac.words.table import write_words
from orchestration.defs.project import data, registry, today

log = logging.getLogger("kinhbac")


@dg.asset(key="registry", kinds={"yaml", "parquet"}, group_name="registry")
def registry_tables() -> dg.MaterializeResult[None]:
    """What sources/ declares, and the words in which it is told, as tables."""
    counts = write_registry(registry, data, today(), next_number(data))
    counts["words"] = write_words(data)
    log.info("registry: %d sources, %d indicators", len(registry.sources), len(registry.indicators))
    return dg.MaterializeResult(metadata=dict(counts.items()))


@dg.multi_asset(
    name="raw",
    specs=[
        dg.AssetSpec(
            ["raw", source],
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
def raw(context: dg.AssetExecutionContext) -> Iterator[dg.MaterializeResult[None]]:
    """Every selected source's extracts, through the door."""
    selected = [s for s in registry.sources if raw_key(s) in context.selected_asset_keys]
    for intake in take_in(registry, data, selected, today()):
        reception = intake.reception
        newest = reception.entries[-1].extract if reception.entries else "none"
        log.info(
            "%s: %d accepted, %d refused, %d unchanged",
            reception.source,
            reception.accepted,
            reception.refused,
            reception.unchanged,
        )
        if reception.problems:
            log.warning(describe(reception.source, reception.problems))
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


def raw_key(source: str) -> dg.AssetKey:
    """The asset of a source's accepted extracts."""
    return dg.AssetKey(["raw", source])


def _accepted(source: str) -> dg.AssetChecksDefinition:
    @dg.asset_check(asset=["raw", source], name="extracts_accepted")
    def extracts_accepted() -> dg.AssetCheckResult:
        """Every extract of the source passed the door; a refused one holds its own values."""
        problems = [p for entry in read_entries(registry, data, source) for p in entry.problems]
        return dg.AssetCheckResult(
            passed=not problems,
            severity=dg.AssetCheckSeverity.WARN,
            metadata={"problems": [str(problem) for problem in problems[:SHOWN]]},
        )

    return extracts_accepted


checks = [_accepted(source) for source in registry.sources]


@dg.asset(
    deps=[raw_key(source) for source in registry.sources], kinds={"parquet"}, group_name="registry"
)
def ledger() -> dg.MaterializeResult[None]:
    """Every extract ever delivered, how it stands, and what was wrong with the refused ones."""
    entries = [e for source in registry.sources for e in read_entries(registry, data, source)]
    extracts = write_ledger(entries, registry, data)
    write_last_values(data)
    standing = dict(extracts["standing"].value_counts().iter_rows())
    for stray in find_strays(registry, data):
        log.warning("%s belongs to no source and no agency: nobody takes it in", stray)
    return dg.MaterializeResult(metadata={"extracts": extracts.height, **standing})


@dg.asset(deps=["ledger"], kinds={"yaml", "parquet"}, group_name="registry")
def process() -> dg.MaterializeResult[None]:
    """At which of the six steps each definition stands, and what it lacks for the next."""
    standings = write_standings(registry, data, today(), delivered_sources(data))
    counts = Counter(standing.step for standing in standings.values())
    return dg.MaterializeResult(metadata=dict(counts))


@dg.asset_check(asset="process")
def nothing_sent_back() -> dg.AssetCheckResult:
    """No issued definition has changed since it was signed."""
    standings = find_standings(registry, today())
    back = [s for s in standings.values() if s.sent_back]
    return dg.AssetCheckResult(
        passed=not back,
        severity=dg.AssetCheckSeverity.WARN,
        metadata={s.indicator: "; ".join(s.lacking) for s in back[:SHOWN]},
    )


@dg.asset_check(asset="registry")
def no_duplicate_by_meaning() -> dg.AssetCheckResult:
    """No two formulas say the same."""
    duplicates = find_duplicates(registry)
    return dg.AssetCheckResult(
        passed=not duplicates,
        severity=dg.AssetCheckSeverity.WARN,
        metadata={d.indicator: f"{d.relation} as {d.other}" for d in duplicates[:SHOWN]},
    )


checks += [nothing_sent_back, no_duplicate_by_meaning]
assets = [registry_tables, raw, ledger, process]
