"""Acceptance of the published tables, as blocking asset checks."""

import logging
from collections.abc import Iterator

import dagster as dg

from orchestration.defs.project import data, registry
from orchestration.quality import examine_candidate, published_tables

log = logging.getLogger("kinhbac")


@dg.multi_asset_check(
    name="acceptance",
    specs=[
        dg.AssetCheckSpec(
            "acceptance",
            asset=table,
            blocking=True,
            description=f"The suite expectations/{table}.yml holds.",
        )
        for table in published_tables()
    ],
)
def acceptance() -> Iterator[dg.AssetCheckResult]:
    """Every suite in expectations/, asked of its table in the candidate."""
    log.info("acceptance of the published tables …")
    verdict = examine_candidate(registry, data)
    for table in published_tables():
        failed = [r for r in verdict.blocking if r.table == table and ":" in r.check]
        yield dg.AssetCheckResult(
            asset_key=table,
            check_name="acceptance",
            passed=not failed,
            metadata={"found": [result.found for result in failed]},
        )
