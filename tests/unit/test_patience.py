"""A fault of storage that can pass is waited for; nothing else is tried again."""

from __future__ import annotations

import errno
from collections.abc import Iterator

import dagster as dg
import pytest

from kinhbac.night import Night, receive_extracts
from kinhbac.problems import Refused
from orchestration import patience
from orchestration.defs import ingest
from orchestration.resources import make_night
from tests.conftest import JANUARY, Province


@pytest.fixture
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(patience, "PAUSE", 0)


def take_in(province: Province) -> dg.ExecuteInProcessResult:
    province.land("clinic/2026-01/2026-02-03_a.csv", JANUARY)
    night = make_night(province.registry, province.data, province.night())
    given = dg.Definitions(resources={"night": night})
    definitions = dg.Definitions.merge(given, ingest.define_ingest(province.registry))
    return definitions.resolve_implicit_global_asset_job_def().execute_in_process(
        asset_selection=[ingest.raw_key("clinic"), dg.AssetKey("ledger")], raise_on_error=False
    )


@pytest.mark.usefixtures("at_once")
@pytest.mark.parametrize(
    ("faults", "tries", "ends_well"),
    [
        ([OSError(errno.ESTALE, "stale")], 2, True),
        ([TimeoutError(errno.ETIMEDOUT, "away")] * 4, 5, True),
        ([OSError(errno.ESTALE, "stale")] * 5, 5, False),
        ([OSError(errno.ENOSPC, "full")], 1, False),
        ([PermissionError(errno.EACCES, "closed")], 1, False),
        ([Refused("a rule says no")], 1, False),
    ],
    ids=["stale", "away", "away for good", "full", "closed", "refused"],
)
def test_the_door_is_opened_again_where_storage_was_away(
    province: Province,
    monkeypatch: pytest.MonkeyPatch,
    faults: list[Exception],
    tries: int,
    ends_well: bool,
) -> None:
    left, taken = [*faults], 0

    def receive(night: Night, sources: list[str]) -> Iterator[object]:
        nonlocal taken
        taken += 1
        if left:
            raise left.pop()
        yield from receive_extracts(night, sources)

    monkeypatch.setattr(ingest, "receive_extracts", receive)
    result = take_in(province)
    assert (result.success, taken) == (ends_well, tries)
    if ends_well:
        assert [row["standing"] for row in province.ledger()] == ["in_force"]
