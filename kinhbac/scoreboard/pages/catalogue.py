"""The catalogue: every definition, published or not, searchable without a server.

Here: what a line of it says beside names (``names``), in a file of its own: two hundred lines in the
page weigh more than all that is read first. Not here: the newest value of the province, which its script takes
from the newest figures (``latest``); searching, which the script of every page does.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from kinhbac.registry.declared.entries import GROUPS
from kinhbac.scoreboard.pages.latest import list_sectors
from kinhbac.scoreboard.pages.page import DataFile, Page
from kinhbac.scoreboard.pages.today import TALLIES
from kinhbac.scoreboard.script import as_script
from kinhbac.scoreboard.tables import Tables
from kinhbac.words.catalogue import CODES, Code
from kinhbac.words.operands import say_formula

FIELDS = (
    "indicator", "formula", "formula_vi", "formula_en", "source", "owner", "step", "frequency",
    "purpose", "purpose_vi", "synthetic",
)  # fmt: skip


def pages(tables: Tables) -> Iterator[Page | DataFile]:
    """``catalogue.html`` and ``data/catalogue.js``."""
    told = {row["area"] for row in tables.rows("select distinct area from latest_values")}
    province = next((area for area in tables.provinces if area in told), None)
    indicators = sorted(
        tables.indicators.values(),
        key=lambda row: (GROUPS.index(row["indicator_group"]), row["sector_vi"], row["name_vi"]),
    )
    named = [*indicators, *tables.rows("from data_elements")]
    names = {
        code: {row.get("data_element") or row["indicator"]: row[f"name_{code}"] for row in named}
        for code in CODES
    }
    lines = [
        [({**row, **_in_words(row["formula"], names)})[field] for field in FIELDS]
        for row in indicators
    ]
    said = {"fields": FIELDS, "lines": lines}
    yield DataFile("data/catalogue.js", as_script("kinhbacCatalogue", said))
    yield Page(
        "catalogue.html",
        "catalogue.html",
        "catalogue",
        {
            "count": len(indicators),
            "synthetic": any(row["synthetic"] for row in indicators),
            "mixed": len({row["synthetic"] for row in indicators}) > 1,
            "province": province,
            "latest": list_sectors(tables) if province else [],
            "groups": GROUPS,
            "levels": list(TALLIES),
            "sectors": tables.rows(
                "select distinct sector, sector_vi, sector_en from sources "
                "where sector in (select sector from indicators) order by sector_vi"
            ),
            "steps": tables.rows(
                "select distinct step, step_vi, step_en from indicators order by 1"
            ),
            "owners": tables.rows(
                "select agency, name_vi, name_en from agencies "
                "where agency in (select owner from indicators) order by name_vi"
            ),
        },
    )


def _in_words(
    formula: str | None, names: Mapping[Code, Mapping[str, str]]
) -> dict[str, str | None]:
    """The formula with the names of what enters it, in every language."""
    return {
        f"formula_{code}": formula and say_formula(formula, own, code)
        for code, own in names.items()
    }
