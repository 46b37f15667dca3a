"""Data quality: six words, the province's figures over eight quarters, agencies beside each other.

Here: which measure speaks for a word, over which quarters. Not here: measuring, which the table
``quality`` has done.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict
from typing import Any

from kinhbac.periods import Period, PeriodKind
from kinhbac.quality.assessment import Rules, read_rules
from kinhbac.quality.ranking import FROM_HERE, count_deliveries, rank
from kinhbac.quality.six_words import SPEAKS
from kinhbac.queries import read_queries
from kinhbac.scoreboard.pages.page import Page
from kinhbac.scoreboard.sparkline import Sparkline, draw
from kinhbac.scoreboard.tables import Row, Tables, group

QUERIES = read_queries(__file__)

RANKED = ("on_time", "right_first_time")
"""Measures that count deliveries, of which a share has an interval."""
QUARTERS = 8
SHARES = (0.0, 1.0)
"""The axis of all words: each is a share."""


def pages(tables: Tables) -> Iterator[Page]:
    """``quality.html``."""
    rows = tables.rows(QUERIES["speaking"], list(SPEAKS.values()))
    quarters = sorted({row["period_start"] for row in rows})[-QUARTERS:]
    shown = [row for row in rows if row["period_start"] in quarters]
    province = group((row for row in shown if row["level"] == "province"), "measure")
    agencies = group((row for row in shown if row["level"] == "agency"), "subject")
    newest = {
        key: [_newest(own, measure) for measure in SPEAKS.values()] for key, own in agencies.items()
    }
    yield Page(
        "quality.html",
        "quality.html",
        "deliveries",
        {
            "quarters": quarters,
            "words": word_cards(province, quarters, "agency_median"),
            "agencies": [
                {"agency": own[0], "figures": newest[key]} for key, own in agencies.items()
            ],
            "unsaid": [
                told
                for place, told in enumerate(SPEAKS.items())
                if not all(figures[place] for figures in newest.values())
            ],
            "places": [_places(agencies, measure, quarters[-4:]) for measure in RANKED],
            "few": FROM_HERE,
            "sources": _classed(tables),
            "measures": tables.rows(QUERIES["measures"]),
            "synthetic": any(row["synthetic"] for row in rows),
        },
    )


def word_cards(
    by_measure: Mapping[str, Sequence[Row]], quarters: Sequence[Any], median: str
) -> list[dict[str, Any]]:
    """A card a word: its newest figure, its line over the newest of ``quarters`` and that of the
    others, which the column ``median`` has; of rows of one subject, by measure and in order."""
    newest = quarters[-QUARTERS:]
    cards = []
    for word, measure in SPEAKS.items():
        own = [row for row in by_measure.get(measure, []) if row["period_start"] in newest]
        cards.append(
            {
                "word": word,
                "measure": measure,
                "last": own[-1] if own else None,
                "spark": _draw(own, newest, median),
                "told": [
                    [
                        Period(row["period_start"], PeriodKind.QUARTER).label,
                        row["value"],
                        row[median],
                    ]
                    for row in own
                ],
            }
        )
    return cards


def _places(
    agencies: Mapping[str, Sequence[Row]], measure: str, quarters: Sequence[Any]
) -> dict[str, Any]:
    """Agencies by their deliveries of ``quarters``, with their intervals and the places they leave."""
    rows = [
        row
        for own in agencies.values()
        for row in own
        if row["measure"] == measure and row["period_start"] in quarters
    ]
    places = rank(count_deliveries(rows))
    return {
        "measure": measure,
        "rows": [
            {**asdict(one), "share": one.share, "agency": agencies[one.subject][0]}
            for one in places
        ],
    }


def _classed(tables: Tables) -> list[dict[str, Any]]:
    """Every source that is assessed, the best first."""
    _, assessed = tables.once(assess_sources)
    named = tables.rows("select source, name_vi, name_en, owner, synthetic from sources")
    return sorted(
        ({**row, **assessed[row["source"]]} for row in named if row["source"] in assessed),
        key=lambda row: (-row["lowest_points"], -row["highest_points"], row["source"]),
    )


def measures_of_sources(tables: Tables) -> dict[str, list[Row]]:
    """Every measure of the newest year, by source."""
    return tables.grouped("subject", QUERIES["of_sources"])


def weakest_measures(measured: Mapping[str, Sequence[Row]], sources: Iterable[str]) -> list[Row]:
    """For each word the measure of the newest year that is lowest among ``sources``: a figure is as
    good as the worst that it rests on. A word without a measure is left out."""
    rows = [row for source in sources for row in measured.get(source, [])]
    found = []
    for measure in SPEAKS.values():
        told = [row for row in rows if row["measure"] == measure and row["value"] is not None]
        if told:
            found.append(min(told, key=lambda row: (row["value"], row["subject"])))
    return found


def assess_sources(tables: Tables) -> tuple[Rules, dict[str, dict[str, Any]]]:
    """The rules of the yearly assessment, and by source what it reaches in the newest year; nothing
    where there are none (``quality.yml``)."""
    rules = read_rules(tables.rows)
    if not rules.classes:
        return rules, {}
    return rules, {
        key: {"year": rows[0]["year"], **rules.assess(key, rows[0]["year"], rows).as_entry()}
        for key, rows in tables.once(measures_of_sources).items()
    }


def _newest(rows: Sequence[Row], measure: str) -> Row | None:
    own = [row for row in rows if row["measure"] == measure]
    return own[-1] if own else None


def _draw(rows: Sequence[Row], quarters: Sequence[Any], median: str) -> Sparkline | None:
    """Shares by quarter beside those of others; quarters without one are left out."""
    last = max(len(quarters) - 1, 1)
    own, others = (
        [
            (quarters.index(row["period_start"]) / last, row[column])
            for row in rows
            if row[column] is not None
        ]
        for column in ("value", median)
    )
    return draw(own, others, axis=SHARES) if own else None
