"""Sources by period: what was delivered for chosen periods, read again, and nothing else.

Here: a job a source that reads one of its periods again. Not here: which they are (``periods``), what
is new (``ingest``), what is made of it (``transform``): the next night does that.
"""

import dagster as dg

from kinhbac.calendar import today
from kinhbac.data_folder import DataFolder
from kinhbac.night import Night, receive_extracts
from kinhbac.registry import Registry
from kinhbac.upkeep.lock import FolderBusy, hold
from orchestration.defs.ingest import raw_key
from orchestration.defs.periods import periods_of

ONE_AT_A_TIME = {"kinhbac/read_again": "yes"}
"""The tag of runs of which Dagster starts one after the other: each holds the data folder."""
TRIES, PAUSE = 6, 20
"""How often, and after how many seconds the first time and twice as many each time, the folder is
asked for again while a night holds it: 21 minutes in all."""


def define_backfills(registry: Registry, data: DataFolder) -> dg.Definitions:
    """A job a source, partitioned by its periods, which Dagster launches for one or for many."""
    return dg.Definitions(jobs=[_define_job(registry, data, key) for key in registry.sources])


def _define_job(registry: Registry, data: DataFolder, source: str) -> dg.JobDefinition:
    @dg.op(name=f"read_{source}_again")
    def read_again(context: dg.OpExecutionContext) -> None:
        """The extracts of one period through the door, whatever the ledger says of them."""
        try:
            with hold(data, f"Dagster's {context.job_name}"):
                night = Night(registry, data, today())
                for intake in receive_extracts(night, [source], context.partition_key):
                    told = intake.reception
                    context.log_event(
                        dg.AssetMaterialization(
                            raw_key(source),
                            metadata={
                                "period": context.partition_key,
                                "accepted": told.accepted,
                                "refused": told.refused,
                                "rows": told.rows,
                                "problems": len(told.problems),
                                "seconds": intake.seconds,
                            },
                        )
                    )
        except FolderBusy as busy:
            pause = PAUSE * 2**context.retry_number
            raise dg.RetryRequested(max_retries=TRIES, seconds_to_wait=pause) from busy

    @dg.job(
        name=f"read_{source}_again_by_period",
        partitions_def=periods_of(source),
        executor_def=dg.in_process_executor,
        description=f"What was delivered of {source} for one period, read again.",
        tags=ONE_AT_A_TIME,
    )
    def by_period() -> None:
        read_again()

    return by_period
