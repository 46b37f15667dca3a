"""Today: what needs a decision now, how groups and sectors stand, what changed, what is held.

Here: the questions of the first page. Not here: counting, which the tables have done.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from kinhbac.registry.declared.entries import GROUPS
from kinhbac.scoreboard.pages.page import Page
from kinhbac.scoreboard.tables import Row, Tables

DECIDE = """
    select warnings.*, indicators.name_vi, indicators.name_en, agencies.name_vi as owner_vi,
        agencies.name_en as owner_en
    from warnings
    inner join areas using (area)
    left join indicators using (indicator)
    left join agencies on warnings.owner = agencies.agency
    where open and areas.kind = 'province' and areas.valid_to is null
    order by
        action_overdue desc, level != 'red', life in ('raised', 'reopened') desc, raised_on desc,
        warning
"""
COMMUNES = """
    select summary.*, indicators.name_vi, indicators.name_en, indicators.synthetic
    from warning_summary as summary
    inner join indicators on summary.scope_key = indicators.indicator
    where scope = 'indicator' and indicators.indicator in (
        select indicator from warnings inner join areas using (area)
        where open and areas.kind = 'commune'
    )
    order by red desc, yellow desc, scope_key
"""
OVERDUE = """
    select warnings.*, areas.name_vi, areas.name_en from warnings inner join areas using (area)
    where action_overdue order by action_due, warning
"""
MOVED = """
    select warnings.*, areas.kind,
        coalesce(closed_in = release, false) as closed_now
    from warnings cross join release_info inner join areas using (area)
    where areas.kind = 'province'
        and (closed_in = release or raised_in = release or reopened_on = as_of)
    order by closed_now, level != 'red', warning
"""
REVISED = """
    select revisions.*, indicators.name_vi, indicators.name_en, areas.name_vi as area_vi,
        areas.name_en as area_en
    from revisions
    cross join release_info
    inner join indicators using (indicator)
    inner join areas using (area)
    where new_release = release
    order by areas.kind != 'province', indicator, area, revisions.period_start
"""
LATE = """
    select deliveries.*, sources.name_vi, sources.name_en, agencies.name_vi as owner_vi,
        agencies.name_en as owner_en
    from deliveries
    inner join sources using (source)
    left join agencies on deliveries.owner = agencies.agency
    where deliveries.state in ('late', 'refused')
    order by deliveries.state, due_date, source
"""
HOLDS = """
    select holds.*, sources.name_vi, sources.name_en, agencies.name_vi as owner_vi,
        agencies.name_en as owner_en
    from holds
    left join sources using (source)
    left join agencies on holds.owner = agencies.agency
    order by cells desc, hold
"""
SHOWN = 12
STATUSES = ("red", "yellow", "green", "no_limits", "held", "late", "no_value")


def pages(tables: Tables) -> Iterator[Page]:
    """``index.html``."""
    counts: dict[tuple[str | None, str | None], dict[str, int]] = {}
    for row in tables.rows("from release_summary"):
        place = (row["indicator_group"], row["sector"])
        counts.setdefault(place, {})[row["measure"]] = row["count"]
    sectors = tables.rows(
        "select distinct sector, sector_vi, sector_en from sources "
        "where sector in (select sector from release_summary) order by sector_vi"
    )
    (info,) = tables.rows("from release_info")
    summary = {(row["scope"], row["scope_key"]): row for row in tables.rows("from warning_summary")}
    decide = tables.rows(DECIDE)
    communes, moved, revised = tables.rows(COMMUNES), tables.rows(MOVED), tables.rows(REVISED)
    yield Page(
        "index.html",
        "today.html",
        "today",
        {
            "info": info,
            "counts": counts.get((None, None), {}),
            "decide": decide[:SHOWN],
            "rest": decide[SHOWN:],
            "province": _of_scope(summary, "province"),
            "commune": _of_scope(summary, "commune"),
            "communes": communes[:SHOWN],
            "overdue": tables.rows(OVERDUE),
            "groups": [
                {"group": group, "counts": counts.get((group, None), {}),
                 "warned": summary.get(("indicator_group", group))}
                for group in GROUPS
            ],
            "sectors": [
                {
                    **sector,
                    "counts": counts.get((None, sector["sector"]), {}),
                    "warned": summary.get(("sector", sector["sector"])),
                    "groups": [
                        {"group": group, "counts": counts.get((group, sector["sector"]), {})}
                        for group in GROUPS
                    ],
                }
                for sector in sectors
            ],
            "statuses": STATUSES,
            "moved": moved[: 2 * SHOWN],
            "revised": revised[:SHOWN],
            "late": tables.rows(LATE),
            "holds": tables.rows(HOLDS),
            "agencies": tables.agencies,
        },
    )  # fmt: skip


def _of_scope(summary: dict[tuple[Any, Any], Row], scope: str) -> Row | None:
    return next((row for (name, _), row in summary.items() if name == scope), None)
