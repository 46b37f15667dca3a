"""The release, as an asset."""

import logging

import dagster as dg

from orchestration.defs.project import data, today
from orchestration.quality import published_tables
from orchestration.release.proof import prove_rule
from orchestration.release.publication import publish
from orchestration.warehouse import SOURCES

log = logging.getLogger("kinhbac")


@dg.asset(
    deps=[dg.AssetKey(table) for table in published_tables()],
    kinds={"duckdb", "parquet"},
    group_name="release",
)
def release() -> dg.MaterializeResult[None]:
    """A sealed, numbered publication, if every blocking check allows it."""
    published = publish(data, SOURCES, today())
    log.info("release %d is in force", published.number)
    return dg.MaterializeResult(
        metadata={
            "release": published.number,
            "folder": dg.MetadataValue.path(published.folder.as_posix()),
            **{table: entry["rows"] for table, entry in published.manifest["tables"].items()},
        }
    )


@dg.asset_check(asset=release, blocking=True)
def rule_proven() -> dg.AssetCheckResult:
    """One data – one source – one owner, proven from the published tables alone."""
    breaches = prove_rule(data.current / "warehouse.duckdb")
    return dg.AssetCheckResult(
        passed=not breaches, metadata={breach.rule: str(breach) for breach in breaches}
    )
