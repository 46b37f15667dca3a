"""Acceptance of the published tables, as blocking asset checks."""

from collections.abc import Iterator

import dagster as dg

from kinhbac.checks.acceptance import read_suites
from kinhbac.checks.candidate import marts
from kinhbac.night import Night, examine
from kinhbac.problems import SHOWN
from kinhbac.release.worklists import find_items
from orchestration.patience import patient


def _make_acceptance() -> dg.AssetChecksDefinition:
    computed = [table for table in read_suites() if table in marts()]
    # A table that no model computes has no asset of its own: it is asked beside this mart.
    passed_on = [table for table in read_suites() if table not in computed]
    beside = "release_info"

    @dg.multi_asset_check(
        name="acceptance",
        specs=[
            *(
                dg.AssetCheckSpec(
                    "acceptance",
                    asset=table,
                    blocking=True,
                    description="What expectations/ asks of the table holds.",
                )
                for table in computed
            ),
            dg.AssetCheckSpec(
                "acceptance_of_passed_on_tables",
                asset=beside,
                blocking=True,
                description=f"What expectations/ asks of {', '.join(passed_on)} holds.",
            ),
        ],
        can_subset=True,
    )
    @patient
    def acceptance(
        context: dg.AssetCheckExecutionContext, night: dg.ResourceParam[Night]
    ) -> Iterator[dg.AssetCheckResult]:
        """Every suite in expectations/, asked of its tables in the candidate."""
        verdict = examine(night)
        for key in sorted(context.selected_asset_check_keys):
            table = key.asset_key.to_user_string()
            tables = [table] if key.name == "acceptance" else passed_on
            failed = [r for r in verdict.blocking if r.table in tables and ":" in r.check]
            yield dg.AssetCheckResult(
                asset_key=key.asset_key,
                check_name=key.name,
                passed=not failed,
                metadata={"found": [result.found for result in failed]},
            )

    return acceptance


ON_NO_WORKLIST = {
    "contradiction": "No two agencies say different things of one fact.",
    "failed_check": "What contracts promise between figures holds.",
    "late_extract": "Nothing is overdue.",
    "falling_cumulative": "No year-to-date figure falls.",
    "resent": "No figures of an earlier period are sent again.",
    "unit_slip": "No figure is a thousand times too large or too small.",
    "jump": "No figure moves far beyond its usual movement.",
    "missing_breakdown": "Expected breakdowns are told.",
}
"""Kinds of items that a good night leaves on no work list, and what it means that there is none."""


@dg.multi_asset_check(
    name="worklists",
    specs=[
        dg.AssetCheckSpec(f"no_{item}", asset="worklist", description=description)
        for item, description in ON_NO_WORKLIST.items()
    ],
    can_subset=True,
)
@patient
def worklists(
    context: dg.AssetCheckExecutionContext, night: dg.ResourceParam[Night]
) -> Iterator[dg.AssetCheckResult]:
    """What must not stand on a work list, kind by kind; none of it stops a release."""
    items = find_items(night.data.candidate)
    for key in sorted(context.selected_asset_check_keys):
        found = items.get(key.name.removeprefix("no_"), [])
        yield dg.AssetCheckResult(
            asset_key=key.asset_key,
            check_name=key.name,
            passed=not found,
            severity=dg.AssetCheckSeverity.WARN,
            metadata={"items": len(found), "found": found[:SHOWN]},
        )


def define_acceptance() -> dg.Definitions:
    """The suites and what must not stand on a work list."""
    return dg.Definitions(asset_checks=[_make_acceptance(), worklists])
