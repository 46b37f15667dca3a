"""The leader's report: what a release says, on a few pages to print and as a workbook.

Here: its questions, read once for both. Not here: how the workbook looks
(``forms.report_workbook``), counting and comparing, which the tables have done.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass

from kinhbac.registry.declared.entries import GROUPS
from kinhbac.scoreboard.pages.deliveries import DELIVERIES
from kinhbac.scoreboard.pages.page import DataFile, Page
from kinhbac.scoreboard.pages.today import DECIDE, HOLDS, OVERDUE
from kinhbac.scoreboard.report_workbook import report_workbook
from kinhbac.scoreboard.tables import Row, Tables

PROGRESS = """
    select progress.*, indicators.name_vi, indicators.name_en, indicators.unit_vi,
        indicators.unit_en, indicators.owner
    from progress
    inner join indicators using (indicator)
    inner join areas using (area)
    where areas.kind = 'province'
    order by
        list_position(
            ['far_behind', 'missed', 'unlikely', 'behind', 'open', 'on_pace', 'likely', 'reached'],
            outlook
        ),
        indicator
"""
VALUES = """
    select latest.*, indicators.name_vi, indicators.name_en, indicators.unit_vi,
        indicators.unit_en, indicators.owner
    from latest_values as latest
    inner join indicators using (indicator)
    where area_kind = 'province' and (latest.status is not null or latest.target is not null)
    order by list_position($1::varchar[], latest.indicator_group), sector, indicator
"""
WARNED = """
    select summary.*, areas.name_vi, areas.name_en
    from warning_summary as summary
    inner join areas on scope = 'area' and scope_key = area
    where areas.kind = 'commune' and red > 0
    order by red desc, yellow desc, scope_key
    limit 15
"""
RANKS = """
    with roots as (
        select indicator, max(period_start) as period_start
        from composite_ranks
        inner join areas using (area)
        where
            areas.kind = 'commune'
            and indicator not in (select component from composite_components)
        group by indicator
    )
    select ranks.*, areas.name_vi as area_vi, areas.name_en as area_en, indicators.name_vi,
        indicators.name_en
    from composite_ranks as ranks
    inner join roots using (indicator, period_start)
    inner join areas using (area)
    inner join indicators using (indicator)
    where areas.kind = 'commune' and (rank <= 5 or rank > units - 5)
    order by indicator, rank, area
"""
OPEN_WARNINGS = """
    select * from warning_summary where scope in ('province', 'commune') order by scope desc
"""
OWNERS = """
    select owner, name_vi, name_en, map_from_entries(list((state, deliveries))) as counts
    from delivery_summary
    inner join agencies on owner = agency
    group by all
    having bool_or(state in ('late', 'refused') and deliveries > 0)
    order by counts['late'] desc nulls last, counts['refused'] desc nulls last, owner
"""
HEADLINES = (
    "indicators", "green", "yellow", "red", "no_limits", "no_value", "new_values",
    "revised_values", "sources_late", "sources_refused", "holds",
)  # fmt: skip


@dataclass(frozen=True)
class Report:
    """Everything that the report says, as rows of the release's tables.

    ``counts``: measure → how many; ``values``: indicators of the province that have thresholds
    or a target; ``ranks``: the first and last five communes of each root composite; ``owners``:
    agencies with a late or refused delivery, and how many they have by state.
    """

    info: Row
    counts: dict[str, int]
    decide: list[Row]
    overdue: list[Row]
    progress: list[Row]
    values: list[Row]
    ranks: list[Row]
    warned: list[Row]
    open_warnings: list[Row]
    owners: list[Row]
    late: list[Row]
    holds: list[Row]


def read_report(tables: Tables) -> Report:
    """Ask the release for everything in the report."""
    totals = tables.rows("from release_summary where indicator_group is null and sector is null")
    return Report(
        info=tables.rows("from release_info")[0],
        counts={row["measure"]: row["count"] for row in totals},
        decide=tables.rows(DECIDE),
        overdue=tables.rows(OVERDUE),
        progress=tables.rows(PROGRESS),
        values=tables.rows(VALUES, list(GROUPS)),
        ranks=tables.rows(RANKS),
        warned=tables.rows(WARNED),
        open_warnings=tables.rows(OPEN_WARNINGS),
        owners=tables.rows(OWNERS),
        late=[row for row in tables.rows(DELIVERIES) if row["state"] in ("late", "refused")],
        holds=tables.rows(HOLDS),
    )


def pages(tables: Tables) -> Iterator[Page | DataFile]:
    """``report.html`` and the same as ``data/report.xlsx``."""
    report = read_report(tables)
    yield DataFile("data/report.xlsx", report_workbook(asdict(report)))
    yield Page(
        "report.html",
        "report.html",
        "report",
        {**asdict(report), "groups": GROUPS, "headlines": HEADLINES},
    )
