"""What the search of every page looks in: a line for each page that may be meant.

Here: names in both languages, and what else a reader may call it: short names of agencies, codes,
former names of areas, sectors of indicators; and words that mean the same (``synonyms``). Not here: looking (``static/page.js``). The file is
fetched when somebody begins to search, so that no page weighs more by it.
"""

from __future__ import annotations

from collections.abc import Iterator

from kinhbac.queries import read_queries
from kinhbac.scoreboard.pages.page import DataFile
from kinhbac.scoreboard.script import as_script
from kinhbac.scoreboard.tables import Row, Tables

QUERIES = read_queries(__file__)
FIELDS = ("kind", "path", "name_vi", "name_en", "also")


def pages(tables: Tables) -> Iterator[DataFile]:
    """``data/search.js``: indicators, areas of today, agencies, needs, sources."""
    former = tables.grouped("area", QUERIES["former"])
    told = {row["area"] for row in tables.rows("select distinct area from latest_values")}
    lines = [
        ("indicator", f"indicators/{key}.html", row["name_vi"], row["name_en"],
         _joined(key, row["sector_vi"], row["sector_en"]))
        for key, row in sorted(tables.indicators.items())
    ] + [
        ("area", f"areas/{key}.html", row["name_vi"], row["name_en"],
         _joined(row["code"], *_names(former.get(key, []))))
        for key, row in tables.areas.items()
        if key in told and not row["valid_to"]
    ] + [
        ("agency", f"agencies/{key}.html", row["name_vi"], row["name_en"],
         _joined(key, row["short_vi"], row["short_en"]))
        for key, row in tables.agencies.items()
    ] + [
        ("need", f"needs/{row['need']}.html", row["name_vi"], row["name_en"], "")
        for row in tables.rows("from needs order by need")
    ] + [
        ("source", f"sources/{row['source']}.html", row["name_vi"], row["name_en"], row["source"])
        for row in tables.rows("from sources order by source")
    ]  # fmt: skip
    synonyms = tables.grouped("synonym", "from synonyms order by synonym, language, word")
    said = {
        "fields": FIELDS,
        "lines": lines,
        "synonyms": [_words(rows) for rows in synonyms.values()],
    }
    yield DataFile("data/search.js", as_script("kinhbacSearch", said))


def _words(rows: list[Row]) -> list[str]:
    return [row["word"] for row in rows]


def _names(rows: list[Row]) -> list[str]:
    return [row["name_vi"] for row in rows]


def _joined(*texts: str | None) -> str:
    return " · ".join(text for text in texts if text)
