"""Notices, as an asset: the last step of the night, after publication."""

import logging

import dagster as dg

from kinhbac.notices.delivery import describe
from kinhbac.notices.delivery import notify as send_notices
from kinhbac.release.releases import current_release
from orchestration.defs.project import data

log = logging.getLogger("kinhbac")


@dg.asset(deps=["release"], kinds={"email"}, group_name="release")
def notices() -> dg.MaterializeResult[None]:
    """What stands open in the release, told to whom it concerns, once per change.

    A mail server that fails is warned of here and tried again the next night; the release
    is in force by then.
    """
    release = current_release(data)
    assert release is not None
    delivery = send_notices(data, release)
    lines = list(describe(delivery))
    log.info("notices: %s", delivery.summary)
    if delivery.doubtful:
        log.warning("\n".join(lines))
    return dg.MaterializeResult(metadata={"summary": delivery.summary, "lines": lines})
