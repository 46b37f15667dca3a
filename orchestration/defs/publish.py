"""The release, as an asset."""

import logging
from collections.abc import Iterator

import dagster as dg

from kinhbac.checks.candidate import marts
from kinhbac.checks.proof import prove_rule
from kinhbac.data_folder import SOURCES
from kinhbac.release.publication import publish
from orchestration.defs.project import data, today

log = logging.getLogger("kinhbac")


@dg.multi_asset(
    specs=[
        dg.AssetSpec(
            "release",
            deps=[dg.AssetKey(table) for table in marts()],
            kinds={"duckdb", "parquet"},
            group_name="release",
            description="A sealed, numbered publication, if every blocking check allows it.",
        ),
        dg.AssetSpec(
            "scoreboard",
            deps=["release"],
            kinds={"html"},
            group_name="release",
            description="The static site inside the release, sealed together with it.",
        ),
    ]
)
def release() -> Iterator[dg.MaterializeResult[None]]:
    """Seal the release with its site: readers meet both or neither."""
    published = publish(data, SOURCES, today())
    log.info("release %d is in force", published.number)
    yield dg.MaterializeResult(
        asset_key="release",
        metadata={
            "release": published.number,
            "folder": dg.MetadataValue.path(published.folder.as_posix()),
            **{table: entry["rows"] for table, entry in published.manifest["tables"].items()},
        },
    )
    yield dg.MaterializeResult(
        asset_key="scoreboard",
        metadata={
            "page": dg.MetadataValue.path((published.folder / "site" / "index.html").as_posix()),
            **published.manifest["site"],
        },
    )


@dg.asset_check(asset=dg.AssetKey("release"), blocking=True)
def rule_proven() -> dg.AssetCheckResult:
    """One data – one source – one owner, proven from the published tables alone."""
    breaches = prove_rule(data.current / "warehouse.duckdb")
    return dg.AssetCheckResult(
        passed=not breaches, metadata={breach.rule: str(breach) for breach in breaches}
    )
