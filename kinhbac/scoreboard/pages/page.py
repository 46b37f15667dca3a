"""What a page is before it is written.

Here: the shape of a page and of a data file. Not here: their contents.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any


@dataclass(frozen=True)
class Page:
    """One page in both languages: its path, its template, and all that the template shows.

    ``section`` is the entry of the navigation to which it belongs.
    """

    path: str
    template: str
    section: str
    context: dict[str, Any]

    @cached_property
    def said(self) -> str:
        """All that it is made of, as a text."""
        return json.dumps(self.context, ensure_ascii=False, default=str, sort_keys=True)

    @property
    def mixed(self) -> bool:
        """Whether some of its rows are made up and some are not: then each is marked, else the head
        says it once. A page whose rows are filled in by a script says it itself."""
        told: bool | None = self.context.get("mixed")
        if told is not None:
            return told
        return all(f'"synthetic": {one}' in self.said for one in ("true", "false"))


@dataclass(frozen=True)
class DataFile:
    """One file of figures beside the pages, the same for both languages.

    ``state`` tells all that it is made of, where that is known before it is made; ``content`` is
    None where the site of the release before has the file in this state.
    """

    path: str
    content: str | bytes | None
    state: str | None = None


IsKept = Callable[[str, str], bool]
"""Path, state → whether the site of the release before has this file in this state."""
