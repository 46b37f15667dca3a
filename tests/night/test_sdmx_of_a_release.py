"""The figures of a real release come out of SDMX as they went in."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pandas as pd

from kinhbac.exchange.sdmx.messages import write_sdmx
from kinhbac.release.releases import current_release
from kinhbac.release.warehouse import warehouse_of
from tests.conftest import Province


def test_every_cell_that_is_due_is_told(computed: Province, tmp_path: Path) -> None:
    release = current_release(computed.data)
    assert release is not None
    warehouse = warehouse_of(release)
    write_sdmx(computed.registry, warehouse, tmp_path / "sdmx")
    files = (tmp_path / "sdmx" / "data").glob("*.csv.gz")
    rows = pd.concat(pd.read_csv(path, dtype=str, keep_default_na=False) for path in files)
    told = {
        (row.INDICATOR, row.REF_AREA, row.TIME_PERIOD): row.OBS_VALUE and float(row.OBS_VALUE)
        for row in rows.itertuples()
        if row.BREAKDOWN == "_T"
    }
    with duckdb.connect(warehouse.as_posix(), read_only=True) as connection:
        cells = connection.execute(
            "select indicator, 'VN_' || area, period, "
            "if(state in ('value', 'provisional'), value, null) "
            "from indicator_values where state <> 'not_yet_due'"
        ).fetchall()
    assert len(cells) > 50
    assert told == {tuple(cell): "" if value is None else value for *cell, value in cells}
