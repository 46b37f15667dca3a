"""A data folder as the code of before left it, for the night of today's code to go on from.

Here: laying it down, changing what its release holds as another version might have sealed it.
Not here: what must still be told (``test_memory``, ``test_upgrade``). How it was made stands
beside it, in ``tests/fixtures/release_5/README.md``.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl

from kinhbac.data_folder import hash_file
from tests.conftest import Province, in_folder
from tests.straight import Compiled

KEPT = Path(__file__).parent / "fixtures" / "release_5"
NIGHT = date(2026, 4, 12)


def lay_down(root: Path, project: Compiled | None = None) -> Province:
    """Five releases behind it, of which the last is there; sources and landing zone whole."""
    made = in_folder(root, project)
    made.as_of = NIGHT
    shutil.copytree(KEPT / "sources", made.sources)
    shutil.copytree(KEPT / "landing", made.data.landing)
    shutil.copytree(KEPT / "release", made.data.releases / "5")
    made.data.current.symlink_to(Path("releases") / "5")
    return made


def told(table: str) -> pl.DataFrame:
    """A table of the release as it was sealed."""
    return pl.read_parquet(KEPT / "release" / f"{table}.parquet")


def seal_otherwise(
    province: Province, table: str, change: Callable[[pl.DataFrame], pl.DataFrame]
) -> None:
    """Let the release have sealed its table so."""
    path = province.data.current / f"{table}.parquet"
    change(pl.read_parquet(path)).write_parquet(path)
    declare(province, lambda manifest: manifest["tables"][table].update(sha256=hash_file(path)))


def declare(province: Province, change: Callable[[dict[str, Any]], None]) -> None:
    """Let the manifest of the release say so."""
    path = province.data.current / "manifest.json"
    manifest = json.loads(path.read_text(encoding="utf-8"))
    change(manifest)
    path.write_text(json.dumps(manifest), encoding="utf-8")
