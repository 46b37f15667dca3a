"""Dossiers by the million, as the door would have typed them, and the ledger that tells of them.

Here: generating them with DuckDB in a data folder of the bench's own. Not here: counting them
(``records``, ``engine``).
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import polars as pl

from kinhbac.data_folder import DataFolder
from kinhbac.database import open_bounded
from kinhbac.periods import Period
from kinhbac.queries import read_queries
from kinhbac.registry import Registry

QUERIES = read_queries(__file__)
SOURCE = "one_stop"
FIRST = Period.parse("2021-01")


@dataclass(frozen=True)
class Dossiers:
    """So many dossiers a month, in so many months."""

    registry: Registry
    data: DataFolder
    months: int
    a_month: int

    @property
    def periods(self) -> list[Period]:
        found = [FIRST]
        while len(found) < self.months:
            found.append(found[-1].next())
        return found

    def generate(self) -> None:
        """Every month, and the ledger of them."""
        for period in self.periods:
            self.write_month(period)
        self.write_ledger()

    def correct(self, period: Period) -> None:
        """Put another edition of one month into force."""
        self.write_month(period, edition=1)
        self.write_ledger(corrected=period)

    def write_month(self, period: Period, edition: int = 0) -> None:
        """One month's records, those of the month before that it tells again among them."""
        periods = self.periods
        before = periods[max(periods.index(period) - 1, 0)]
        areas = [a.area for a in self.registry.areas.areas.values() if a.kind == "commune"]
        path = self.data.root / self._parquet(period, edition)
        path.parent.mkdir(parents=True, exist_ok=True)
        with open_bounded(path.parent, 2048, in_order=False) as db:
            db.execute(
                QUERIES["month"].format(
                    month=period.start,
                    before=before.start,
                    dossiers=self.a_month,
                    again=self.a_month // 20,
                    communes=areas,
                    areas=len(areas),
                    edition=edition,
                    path=path,
                )
            )

    def write_ledger(self, corrected: Period | None = None) -> None:
        """Say which extracts are in force."""
        rows = [
            {
                "source": SOURCE,
                "extract": f"{SOURCE}/{period.label}/{edition}",
                "standing": "in_force",
                "period_start": period.start,
                "parquet": self._parquet(period, edition),
                "layer": 1,
            }
            for period in self.periods
            for edition in [int(period == corrected)]
        ]
        self.data.tables.mkdir(parents=True, exist_ok=True)
        pl.DataFrame(rows).write_parquet(self.data.tables / "extracts.parquet")

    def _parquet(self, period: Period, edition: int) -> str:
        return Path("raw", SOURCE, period.label, f"{edition}.parquet").as_posix()
