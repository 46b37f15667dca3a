"""The leader's report: what a release says, on a few pages to print and as a workbook.

Here: its questions, read once for both. Not here: how the workbook looks
(``forms.report_workbook``), counting and comparing, which the tables have done.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass

from kinhbac.quality.six_words import SPEAKS
from kinhbac.queries import read_queries
from kinhbac.registry.declared.entries import GROUPS
from kinhbac.scoreboard.addresses import address_of
from kinhbac.scoreboard.pages.deliveries import DELIVERIES
from kinhbac.scoreboard.pages.page import DataFile, Page
from kinhbac.scoreboard.pages.today import DECIDE, HOLDS, JUDGEMENTS, OVERDUE
from kinhbac.scoreboard.report_workbook import report_workbook
from kinhbac.scoreboard.tables import Row, Tables

QUERIES = read_queries(__file__)
WORKBOOK = "data/report.xlsx"

PROVINCE = """
select name_vi, name_en from areas
where kind = 'province' order by valid_to nulls first, valid_from desc, area limit 1
"""

HEADLINES = (
    "indicators", *JUDGEMENTS, "new_values", "revised_values", "sources_late", "sources_refused",
    "holds",
)  # fmt: skip


@dataclass(frozen=True)
class Report:
    """Everything that the report says, as rows of the release's tables.

    ``counts``: measure → how many; ``values``: indicators of the province that have thresholds
    or a target; ``ranks``: the first and last five communes of each root composite; ``owners``:
    agencies with a late or refused delivery, and how many they have by state; ``short_names``: how
    the workbook calls agencies, by code.
    """

    info: Row
    counts: dict[str, int]
    decide: list[Row]
    overdue: list[Row]
    progress: list[Row]
    values: list[Row]
    ranks: list[Row]
    shared: list[Row]
    warned: list[Row]
    open_warnings: list[Row]
    owners: list[Row]
    late: list[Row]
    holds: list[Row]
    quality: list[Row]
    short_names: dict[str, str]


def read_report(tables: Tables) -> Report:
    """Ask the release for everything in the report."""
    totals = tables.rows("from release_summary where indicator_group is null and sector is null")
    return Report(
        info=tables.rows("from release_info")[0],
        counts={row["measure"]: row["count"] for row in totals},
        decide=tables.rows(DECIDE),
        overdue=tables.rows(OVERDUE),
        progress=tables.rows(QUERIES["progress"]),
        values=tables.rows(QUERIES["values"], list(GROUPS)),
        ranks=tables.rows(QUERIES["ranks"]),
        shared=tables.rows(QUERIES["shared"]),
        warned=tables.rows(QUERIES["warned"]),
        open_warnings=tables.rows(QUERIES["open_warnings"]),
        owners=tables.rows(QUERIES["owners"]),
        late=[row for row in tables.rows(DELIVERIES) if row["state"] in ("late", "refused")],
        holds=tables.rows(HOLDS),
        quality=tables.rows(QUERIES["quality"], list(SPEAKS.values())),
        short_names=tables.short_names,
    )


def pages(tables: Tables) -> Iterator[Page | DataFile]:
    """``report.html`` and the same as ``data/report.xlsx``."""
    report = read_report(tables)
    judged = [report.counts[key] for key in JUDGEMENTS]
    workbook = report_workbook(asdict(report))
    yield DataFile(WORKBOOK, workbook)
    yield Page(
        "report.html",
        "report.html",
        "report",
        {
            **asdict(report),
            "province": next(iter(tables.rows(PROVINCE)), None),
            "groups": GROUPS,
            "headlines": HEADLINES,
            "workbook": address_of(WORKBOOK, workbook),
            "sum": f"{' + '.join(map(str, judged))} = {sum(judged)}",
        },
    )
