"""The release and its open edition, as assets."""

from collections.abc import Iterator

import dagster as dg

from kinhbac.checks.candidate import marts
from kinhbac.night import Night, open_release, publish_release


@dg.multi_asset(
    specs=[
        dg.AssetSpec(
            "release",
            deps=[dg.AssetKey(table) for table in marts()],
            kinds={"duckdb", "parquet"},
            group_name="release",
            description="A sealed, numbered publication, if every blocking check allows it.",
        ),
        dg.AssetSpec(
            "scoreboard",
            deps=["release"],
            kinds={"html"},
            group_name="release",
            description="The static site inside the release, sealed together with it.",
        ),
    ]
)
def release(night: dg.ResourceParam[Night]) -> Iterator[dg.MaterializeResult[None]]:
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
    yield dg.MaterializeResult(
        asset_key="scoreboard",
        metadata={
            "page": dg.MetadataValue.path((published.folder / "site" / "index.html").as_posix()),
            **published.manifest["site"],
        },
    )


@dg.asset(deps=["release"], kinds={"parquet", "csv", "xlsx"}, group_name="release")
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
