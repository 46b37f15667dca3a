"""The dbt project as assets; its data tests become asset checks."""

import logging
from collections.abc import Iterator, Mapping
from typing import Any

import dagster as dg
from dagster_dbt import (
    DagsterDbtTranslator,
    DagsterDbtTranslatorSettings,
    DbtCliResource,
    dbt_assets,
)

from kinhbac.checks.acceptance import finish_candidate, load_ahead
from kinhbac.checks.dbt_run import DBT, manifest_path, only_tests_failed
from kinhbac.data_folder import DBT_PROJECT
from kinhbac.release.publication import is_current
from orchestration.defs.project import data, registry, today

log = logging.getLogger("kinhbac")


class Translator(DagsterDbtTranslator):
    """Names of dbt's nodes in Dagster: a dbt source is the asset that lays its tables down."""

    def get_asset_key(self, dbt_resource_props: Mapping[str, Any]) -> dg.AssetKey:
        """``registry`` and ``ledger`` for sources, the model's name for models."""
        if dbt_resource_props["resource_type"] == "source":
            return dg.AssetKey([dbt_resource_props["source_name"]])
        return dg.AssetKey([dbt_resource_props["name"]])

    def get_group_name(self, dbt_resource_props: Mapping[str, Any]) -> str | None:
        """The dbt group: staging, intermediate, one of the five groups, marts."""
        return dbt_resource_props.get("config", {}).get("group") or "marts"

    def get_owners(self, dbt_resource_props: Mapping[str, Any]) -> list[str] | None:
        """Teams rather than mailboxes."""
        return [f"team:{self.get_group_name(dbt_resource_props)}"]


@dbt_assets(
    manifest=manifest_path(data),
    name="warehouse",
    exclude="resource_type:unit_test",
    dagster_dbt_translator=Translator(
        settings=DagsterDbtTranslatorSettings(enable_duplicate_source_asset_keys=True)
    ),
)
def warehouse(context: dg.AssetExecutionContext, dbt: DbtCliResource) -> Iterator[Any]:
    """Build the candidate and test it; nothing is built when nothing has changed."""
    if is_current(registry, data, today()):
        log.info("nothing has changed since the current release: no build")
        return
    log.info("dbt builds and tests the candidate …")
    load_ahead()
    data.candidate.parent.mkdir(parents=True, exist_ok=True)
    invocation = dbt.cli(
        ["build"], context=context, raise_on_error=False, target_path=data.dbt / "target"
    )
    yield from invocation.stream()
    finish_candidate(data)
    if invocation.get_error() and not only_tests_failed(data):
        raise invocation.get_error()


resources = {
    "dbt": DbtCliResource(
        project_dir=DBT_PROJECT.as_posix(),
        profiles_dir=DBT_PROJECT.as_posix(),
        dbt_executable=DBT,
    )
}
