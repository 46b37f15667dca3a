"""The dbt project as assets; its data tests become asset checks."""

import os
from collections.abc import Iterator, Mapping
from typing import Any

import dagster as dg
from dagster_dbt import (
    DagsterDbtTranslator,
    DagsterDbtTranslatorSettings,
    DbtCliResource,
    DbtProject,
    dbt_assets,
)

from kinhbac.checks.dbt_run import NOT_AT_NIGHT, dbt_environment, only_tests_failed
from kinhbac.night import Night, transform


class Translator(DagsterDbtTranslator):
    """Names of dbt's nodes in Dagster: a dbt source is the asset that lays its tables down."""

    def get_asset_key(self, dbt_resource_props: Mapping[str, Any]) -> dg.AssetKey:
        """``registry`` and ``ledger`` for sources, the model's name for models."""
        if dbt_resource_props["resource_type"] == "source":
            return dg.AssetKey([dbt_resource_props["source_name"]])
        return dg.AssetKey([dbt_resource_props["name"]])

    def get_group_name(self, dbt_resource_props: Mapping[str, Any]) -> str | None:
        """The dbt group: a stage of the project, or one of the five groups."""
        return dbt_resource_props.get("config", {}).get("group") or "marts"

    def get_owners(self, dbt_resource_props: Mapping[str, Any]) -> list[str] | None:
        """Teams rather than mailboxes."""
        return [f"team:{self.get_group_name(dbt_resource_props)}"]


def define_warehouse(project: DbtProject) -> dg.Definitions:
    """Every model of ``project`` as an asset, built by one run of dbt."""

    @dbt_assets(
        manifest=project.manifest_path,
        project=project,
        name="warehouse",
        exclude=NOT_AT_NIGHT,
        dagster_dbt_translator=Translator(
            settings=DagsterDbtTranslatorSettings(enable_duplicate_source_asset_keys=True)
        ),
    )
    def warehouse(
        context: dg.AssetExecutionContext, dbt: DbtCliResource, night: dg.ResourceParam[Night]
    ) -> Iterator[Any]:
        """Build the candidate and test it; nothing is built when nothing has changed."""

        def run(arguments: list[str]) -> Iterator[Any]:
            os.environ.update(dbt_environment(night.registry, night.data))
            invocation = dbt.cli(
                arguments,
                context=context,
                raise_on_error=False,
                target_path=project.target_path,  # Dagster would make a copy of it for every run
            )
            yield from invocation.stream()
            if (error := invocation.get_error()) and not only_tests_failed(night.data):
                raise error

        yield from transform(night, run)

    return dg.Definitions(assets=[warehouse])
