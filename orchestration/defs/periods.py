"""The periods for which a source has delivered, as Dagster's partitions.

Here: that. Not here: reading one of them again (``backfill``).
"""

from collections.abc import Iterable

import dagster as dg

from kinhbac.ingest.ledger import names_period


def periods_of(source: str) -> dg.DynamicPartitionsDefinition:
    """The periods for which the source has ever delivered, refused files included."""
    return dg.DynamicPartitionsDefinition(name=_name(source))


def tell_periods(instance: dg.DagsterInstance, delivered: Iterable[tuple[str, list[str]]]) -> None:
    """Let Dagster know the periods of each source that it does not know yet.

    A folder may be called anything: what names no period is no partition.
    """
    for source, folders in delivered:
        known = instance.get_dynamic_partitions(_name(source))
        if new := {folder for folder in folders if names_period(folder)}.difference(known):
            instance.add_dynamic_partitions(_name(source), sorted(new))


def _name(source: str) -> str:
    return f"periods_of_{source}"
