"""Notices, as an asset: the last step of the night, after publication."""

import dagster as dg

from kinhbac.night import Night, send_notices
from kinhbac.notices.delivery import describe
from orchestration.patience import patient


@dg.asset(
    deps=["release", "open_edition"],
    kinds={"email"},
    group_name="release",
    owners=["team:release"],
)
@patient
def notices(night: dg.ResourceParam[Night]) -> dg.MaterializeResult[None]:
    """What stands open in the release, told to whom it concerns, once per change."""
    delivery = send_notices(night)
    return dg.MaterializeResult(
        metadata={"summary": delivery.summary, "lines": list(describe(delivery))}
    )


def define_notices() -> dg.Definitions:
    """The notices."""
    return dg.Definitions(assets=[notices])
