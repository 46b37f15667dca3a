"""Which release a page belongs to, in a file of its own.

Here: number and day of the release, and of the one before. Not here: pages; they stay the
same file from night to night as long as nothing on them changes, whatever the release.
"""

from __future__ import annotations

import json
from collections.abc import Iterator

from kinhbac.scoreboard.pages.page import DataFile
from kinhbac.scoreboard.tables import Tables
from kinhbac.words.catalogue import CODES
from kinhbac.words.language import Language


def pages(tables: Tables) -> Iterator[DataFile]:
    """``assets/release.js``, which every page reads."""
    (row,) = tables.rows("from release_info")
    said = {"release": row["release"], "day": f"{row['as_of']}"}
    for code in CODES:
        said[f"as_of_{code}"] = Language(code).day(row["as_of"])
    text = json.dumps(said, ensure_ascii=False)
    yield DataFile("assets/release.js", f"window.kinhbacRelease = {text};\n")
