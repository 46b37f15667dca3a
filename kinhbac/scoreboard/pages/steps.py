"""What would raise an area most, as its page and that of each composite show it.

Here: the steps of the newest examined period, and the script of all areas
(``data/steps.js``). Not here: which steps there are and what they give, which the tables say;
how they are shown (``static/steps.js``).
"""

from __future__ import annotations

from kinhbac.queries import read_queries
from kinhbac.scoreboard.pages.page import DataFile
from kinhbac.scoreboard.script import as_script
from kinhbac.scoreboard.tables import Row, Tables, group

QUERIES = read_queries(__file__)
FIELDS = (
    "indicator", "period", "area", "component", "mark", "group_vi", "group_en", "component_value",
    "aim", "gain", "rank", "rank_after", "gain_together", "rank_together", "reason",
    "synthetic",
)  # fmt: skip
READ = ("composite_steps",)
"""The table from whose rows of a composite its steps follow."""


def list_steps(tables: Tables) -> list[Row]:
    """Steps by area and composite, those that gain most first."""
    return tables.rows(QUERIES["steps"])


def say_steps(rows: list[Row]) -> list[list[object]]:
    """Each step as the list of its ``FIELDS``."""
    return [[row[name] for name in FIELDS] for row in rows]


def steps_file(rows: list[Row]) -> DataFile:
    """``data/steps.js``: for every area its steps in the composites that are no part of another."""
    roots = group([row for row in rows if row["is_root"]], "area")
    said = {"fields": FIELDS, "areas": {area: say_steps(own) for area, own in roots.items()}}
    return DataFile("data/steps.js", as_script("kinhbacSteps", said))
