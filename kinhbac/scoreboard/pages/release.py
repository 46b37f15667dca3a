"""Which release a page belongs to, in a file of its own.

Here: number and day of the release, which figures are its own, and how each of its pages is
marked. Not here: pages; they stay the same file from night to night as long as nothing on them
changes, whatever the release. By the marks a page notices that it was read of one release and this
file of another (``static/loading.js``).
"""

from __future__ import annotations

from collections.abc import Mapping

from kinhbac.scoreboard.script import as_script
from kinhbac.scoreboard.tables import Tables
from kinhbac.words.catalogue import CODES
from kinhbac.words.language import Language

RELEASE = "assets/release.js"
"""The one file, beside pages, whose name says nothing of what it holds."""


def tell_release(tables: Tables, figures: Mapping[str, str], pages: Mapping[str, str]) -> str:
    """``assets/release.js``: ``figures`` and ``pages`` are marks (``addresses``), by paths."""
    (row,) = tables.rows("from release_info")
    said = {"release": row["release"], "day": f"{row['as_of']}"}
    for code in CODES:
        said[f"as_of_{code}"] = Language(code).day(row["as_of"])
    marks = {"figures": dict(sorted(figures.items())), "pages": dict(sorted(pages.items()))}
    return as_script("kinhbacRelease", said | marks)
