"""The release and its open edition, as assets."""

from collections.abc import Iterator, Mapping

import dagster as dg

from kinhbac.checks.candidate import marts
from kinhbac.night import Night, open_release, publish_release
from kinhbac.upkeep.status import FEW_NIGHTS, LONG, find_usual
from orchestration.patience import patient

LENGTH, ROOM = "length_of_night", "room_on_disk"


@dg.multi_asset(
    specs=[
        dg.AssetSpec(
            "release",
            deps=[dg.AssetKey(table) for table in marts()],
            kinds={"duckdb", "parquet"},
            group_name="release",
            owners=["team:release"],
            description="A sealed, numbered publication, if every blocking check allows it.",
        ),
        dg.AssetSpec(
            "scoreboard",
            deps=["release"],
            kinds={"html"},
            group_name="release",
            owners=["team:release"],
            description="The static site inside the release, sealed together with it.",
        ),
    ],
    check_specs=[
        dg.AssetCheckSpec(LENGTH, asset="release", description="The night is as long as usual."),
        dg.AssetCheckSpec(ROOM, asset="release", description="The disk has room for more nights."),
    ],
)
@patient
def release(
    night: dg.ResourceParam[Night],
) -> Iterator[dg.MaterializeResult[None] | dg.AssetCheckResult]:
    """Seal the release with its site: readers meet both or neither."""
    published = publish_release(night)
    yield dg.MaterializeResult(
        asset_key="release",
        metadata={
            "release": published.number,
            "folder": dg.MetadataValue.path(published.folder.as_posix()),
            "proofs": published.manifest["proofs"],
            **{table: entry["rows"] for table, entry in published.manifest["tables"].items()},
        },
    )
    usual, room = find_usual(night.data)
    seconds = night.watch.seconds
    yield _warning(
        LENGTH, usual is None or seconds <= LONG * usual, {"seconds": seconds, "usual": usual}
    )
    yield _warning(ROOM, room is None or room >= FEW_NIGHTS, {"nights": room})
    yield dg.MaterializeResult(
        asset_key="scoreboard",
        metadata={
            "page": dg.MetadataValue.path((published.folder / "site" / "index.html").as_posix()),
            **published.manifest["site"],
        },
    )


def _warning(
    check: str, passed: bool, found: "Mapping[str, dg.RawMetadataValue]"
) -> dg.AssetCheckResult:
    return dg.AssetCheckResult(
        asset_key="release",
        check_name=check,
        passed=passed,
        severity=dg.AssetCheckSeverity.WARN,
        metadata=found,
    )


@dg.asset(
    deps=["release"],
    kinds={"parquet", "csv", "xlsx"},
    group_name="release",
    owners=["team:release"],
)
@patient
def open_edition(night: dg.ResourceParam[Night]) -> dg.MaterializeResult[None]:
    """What is open of the release and nothing else, for everybody, if its proof holds."""
    edition = open_release(night)
    metadata: dict[str, dg.RawMetadataValue] = {"refused": night.report.edition_refused}
    if edition:
        folder = dg.MetadataValue.path(edition.folder.as_posix())
        metadata |= {"edition": edition.number, "folder": folder}
    return dg.MaterializeResult(metadata=metadata)


def define_release() -> dg.Definitions:
    """The release, and what is open of it."""
    return dg.Definitions(assets=[release, open_edition])
