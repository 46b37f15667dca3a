"""A page an agency: its matters, indicators, deliveries, work list, quality, decisions and answers; and
the letter of the quarter to those that deliver.

Here: which agencies have a page, and what stands on it. Not here: judging and counting, which the
tables have done; what all agencies deliver (``deliveries``).
"""

from __future__ import annotations

from collections.abc import Iterator

from kinhbac.quality.letter import read_letters
from kinhbac.quality.six_words import SPEAKS
from kinhbac.queries import read_queries
from kinhbac.scoreboard.pages.page import Page
from kinhbac.scoreboard.pages.quality import word_cards
from kinhbac.scoreboard.tables import Row, Tables, group

QUERIES = read_queries(__file__)
NAMED_WORKLIST = QUERIES["named_worklist"]


def pages(tables: Tables) -> Iterator[Page]:
    """``agencies/<agency>.html`` and ``letters/<agency>.html``."""
    parts = {
        "warnings": tables.grouped("owner", QUERIES["warnings"]),
        "indicators": tables.grouped("owner", QUERIES["indicators"]),
        "deliveries": tables.grouped("owner", QUERIES["deliveries"]),
    }
    tables.run(NAMED_WORKLIST)
    worklist = tables.grouped("agency", QUERIES["worklist"])
    quality = tables.grouped("subject", QUERIES["quality"], list(SPEAKS.values()))
    quarters = sorted({row["period_start"] for rows in quality.values() for row in rows})
    letters, running = (read_letters(tables.rows, ago) for ago in (1, 0))
    decisions = tables.rows(QUERIES["decisions"])
    for key, agency in tables.agencies.items():
        own = {name: found.get(key, []) for name, found in parts.items()}
        yield Page(
            f"agencies/{key}.html",
            "agency.html",
            "deliveries",
            {
                "agency": agency,
                **own,
                "decisions": [row for row in decisions if key in (row["owner"], row["action_by"])],
                "worklist": worklist.get(key, []),
                "words": word_cards(
                    group(quality.get(key, []), "measure"), quarters, "peer_median"
                ),
                "card": running[key].as_entry() if key in running else None,
                "has_letter": key in letters,
                "synthetic": any(_is_made_up(rows) for rows in own.values()),
            },
        )
        if key in letters:
            yield Page(
                f"letters/{key}.html",
                "letter.html",
                "deliveries",
                {"owner": agency, **letters[key].as_entry()},
            )


def _is_made_up(rows: list[Row]) -> bool:
    return any(row["synthetic"] for row in rows)
