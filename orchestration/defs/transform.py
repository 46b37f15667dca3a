"""The dbt project as assets; its data tests are asset checks."""

from collections.abc import Iterator

import dagster as dg

from kinhbac.checks.candidate import count_rows
from kinhbac.checks.dbt_project import DataTest, DbtProject, Model
from kinhbac.checks.dbt_run import CheckResult
from kinhbac.night import Night, transform
from orchestration.patience import patient

COLUMNS = "dagster/column_schema"
"""Where Dagster's pages look for the columns of an asset."""
ROWS = "dagster/row_count"
"""Where they look for its rows, as they were when it was made."""


def define_warehouse(project: DbtProject, shown: bool) -> dg.Definitions:
    """Every model of ``project`` that leaves a table as an asset, built by one run of dbt.

    Assets that are ``shown`` to people have the columns of their contracts, and what is made of them
    the number of its rows. What dbt built and found is told when it has ended: one event a model and
    one a test.
    """
    models, tests = project.models, {test.name: test for test in project.tests}

    @dg.multi_asset(
        name="warehouse",
        specs=[_asset(model, shown) for model in models],
        check_specs=[_check(test) for test in tests.values() if test.beside],
        can_subset=True,
    )
    @patient
    def warehouse(
        context: dg.AssetExecutionContext, night: dg.ResourceParam[Night]
    ) -> Iterator[dg.MaterializeResult[None] | dg.AssetCheckResult]:
        """Build the candidate and test it; nothing is built when nothing has changed."""
        selected = {key.to_user_string() for key in context.selected_asset_keys}
        whole = len(selected) == len(models)
        built = transform(night, () if whole else sorted(selected))
        if built is None:
            return
        rows = count_rows(night.data) if shown else {}
        for name, seconds in built.models.items():  # as they were built: parents first
            if name in selected:
                found = {ROWS: rows[name]} if name in rows else {}
                yield dg.MaterializeResult(asset_key=name, metadata={"seconds": seconds, **found})
        for result in built.tests:
            test = tests[result.check]
            if _check(test).key in context.selected_asset_check_keys:
                yield _told(test, result)

    return dg.Definitions(assets=[warehouse])


def _asset(model: Model, shown: bool) -> dg.AssetSpec:
    group = model.group or "marts"
    columns = [
        dg.TableColumn(column.name, column.type, column.description)
        for column in (model.columns if shown else ())
    ]
    return dg.AssetSpec(
        model.name,
        deps=list(model.reads),
        description=model.description,
        group_name=group,
        owners=[f"team:{group}"],
        kinds={"dbt", "duckdb"},
        metadata={COLUMNS: dg.TableSchema(columns)} if columns else None,
        skippable=True,
    )


def _check(test: DataTest) -> dg.AssetCheckSpec:
    return dg.AssetCheckSpec(
        test.name, asset=test.beside, description=test.description, blocking=test.blocking
    )


def _told(test: DataTest, result: CheckResult) -> dg.AssetCheckResult:
    return dg.AssetCheckResult(
        asset_key=test.beside,
        check_name=test.name,
        passed=result.passed,
        severity=dg.AssetCheckSeverity.ERROR if test.blocking else dg.AssetCheckSeverity.WARN,
        metadata={"found": result.found},
    )
