"""A page a source: its six words over eight quarters, what pulls each down, its class, its report.

Here: which sources have a page, what stands on it, the parts of a quality report. Not here:
measuring (the table ``quality``), points and classes (``kinhbac.quality.assessment``).

The report has the concepts of the Single Integrated Metadata Structure (SIMS 2.0, Eurostat 2015) by
their numbers; what only people can write comes from the registry (``report`` in ``source.yml``), and
where nobody did the page says so.
"""

from __future__ import annotations

from collections.abc import Iterator

from kinhbac.quality.six_words import SPEAKS
from kinhbac.queries import read_queries
from kinhbac.scoreboard.pages.page import Page
from kinhbac.scoreboard.pages.quality import (
    assess_sources,
    measures_of_sources,
    word_cards,
)
from kinhbac.scoreboard.tables import Row, Tables, group

QUERIES = read_queries(__file__)
CONCEPTS = {
    "S.1": "contact",
    "S.3": "presentation",
    "S.6": "mandate",
    "S.7": "confidentiality",
    "S.8": "release",
    "S.10": "access",
    "S.11": "management",
    "S.12": "relevance",
    "S.13": "accuracy",
    "S.14": "timeliness",
    "S.15": "coherence",
    "S.16": "cost",
    "S.17": "revision",
    "S.18": "processing",
}
"""Concepts of the report by their numbers in SIMS 2.0."""
PULLS = ("alive", "clean", "right", "consistent")
"""Words of which single deliveries, periods or figures can be named that pull them down."""


def pages(tables: Tables) -> Iterator[Page]:
    """``sources/<source>.html``."""
    by_source = {
        "alive": tables.grouped("source", QUERIES["alive"]),
        "clean": tables.grouped("source", QUERIES["clean"]),
        "right": tables.grouped("source", QUERIES["right"]),
        "vintages": tables.grouped("source", QUERIES["vintages"]),
        "consistent": tables.grouped("source", QUERIES["consistent"]),
        "questions": tables.grouped("source", QUERIES["questions"]),
        "elements": tables.grouped("source", QUERIES["elements"]),
        "resting": tables.grouped("source", QUERIES["resting"]),
        "spans": tables.grouped("source", QUERIES["spans"]),
        "reports": tables.grouped("source", QUERIES["reports"]),
    }
    quarters = tables.grouped("subject", QUERIES["quarters"], list(SPEAKS.values()))
    starts = sorted({row["period_start"] for rows in quarters.values() for row in rows})
    measures = tables.once(measures_of_sources)
    rules, assessed = tables.once(assess_sources)
    for source in tables.rows(QUERIES["sources"]):
        key = source["source"]
        own: dict[str, list[Row]] = {name: found.get(key, []) for name, found in by_source.items()}
        measured = measures.get(key, [])
        yield Page(
            f"sources/{key}.html",
            "source.html",
            "deliveries",
            {
                "source": source,
                "words": word_cards(group(quarters.get(key, []), "measure"), starts, "peer_median"),
                "pulls": {word: own[word] for word in PULLS if own[word]},
                "measures": measured,
                "by_measure": {row["measure"]: row for row in measured},
                "assessment": assessed.get(key),
                "rules": rules.criteria[0] if rules.criteria else None,
                "concepts": CONCEPTS,
                "report": {row["concept"]: row for row in own["reports"]},
                **{
                    name: own[name]
                    for name in ("vintages", "questions", "elements", "resting", "spans")
                },
                "synthetic": source["synthetic"],
            },
        )
