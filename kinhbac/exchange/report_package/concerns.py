"""What whoever sends a package must accept before it goes.

Here: what its figures are, and that it would take newer ones back. Not here: counting such figures
(``contents``), sending (``sending``).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection

from kinhbac.exchange.report_package.contents import CONCERNS, Contents
from kinhbac.exchange.report_package.receipts import Receipt
from kinhbac.problems import Problem

OLDER = "older"
DESPITE = (*CONCERNS, OLDER)
"""What whoever sends a package may have to accept: what its figures are, and that it takes newer
ones back."""
MEANING = {
    "missing": "have no value",
    "held": "are held",
    "provisional": "are provisional or estimates",
    "synthetic": "are simulated",
}


def find_unaccepted(
    contents: Contents, last: Receipt | None, despite: Collection[str]
) -> list[Problem]:
    """All that is not accepted in ``despite``; ``last``: the sending before, if there is one."""
    return [*_find_older(contents, last, despite), *_find_concerns(contents, despite)]


def _find_older(
    contents: Contents, last: Receipt | None, despite: Collection[str]
) -> list[Problem]:
    """An older release than the one that was sent last would tell the old figures as corrections."""
    release = contents.header["release"]
    if last is None or release >= last.release or OLDER in despite:
        return []
    problem = Problem(
        file=contents.period.label,
        found=f"release {release} is older than release {last.release}, of which sending "
        f"{last.number} was made",
        rule="nobody takes newer figures back with older ones unawares",
        remedy=f"send from a later release (--as-of), or say --despite {OLDER}",
    )
    return [problem]


def _find_concerns(contents: Contents, despite: Collection[str]) -> list[Problem]:
    if not contents.rows["indicator_data"]:
        problem = Problem(
            file=contents.period.label,
            found=f"release {contents.header['release']} has no figure of this period",
            rule="a report tells figures that were published",
            remedy="name a period that has begun, or a release that knows it (--as-of)",
        )
        return [problem]
    cover = contents.rows["cover"]
    figures = Counter[str]()
    for row in cover:
        figures[row["concern"]] += row["figures"]
    return [
        Problem(
            file=contents.period.label,
            found=f"{figures[concern]} figures of {len(own)} indicators {MEANING[concern]} "
            f"({', '.join(own[:3])}{', …' if len(own) > 3 else ''})",
            rule="nobody reports such figures to the Government unawares",
            remedy=f"have them put right (kinhbac worklist), or say --despite {concern}",
        )
        for concern in CONCERNS
        if concern not in despite
        and (own := [row["indicator"] for row in cover if row["concern"] == concern])
    ]
