"""Figures as a classic script: what a page opened from a folder can read without a server.

Here: how figures are written once, compactly and in no language. Not here: which figures
(``pages``), how they are shown (``static``). A browser that opens a folder reads no plain JSON,
so that a file assigns one object to one name of ``window``.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any


class Lists:
    """Lists of figures, each written once, however many series have the same.

    The periods of a hundred communes, a state that none of them has, a numerator that is the
    figure it is made of: most lists of a release repeat.
    """

    def __init__(self) -> None:
        self._places: dict[str, int] = {}

    def place(self, text: str) -> int:
        """Where the list with this JSON text stands; it is added if it is new."""
        return self._places.setdefault(text, len(self._places))

    def add(self, figures: list[Any]) -> int:
        """The same for a list that is not written yet."""
        return self.place(as_json(figures))

    @property
    def text(self) -> str:
        """All lists in their order, as JSON."""
        return f"[{','.join(self._places)}]"


def as_json(content: Any) -> str:
    """Compact JSON; a day as 2026-10-01, a whole figure without its empty decimals."""
    return json.dumps(_plain(content), ensure_ascii=False, separators=(",", ":"), default=str)


def as_script(name: str, content: Mapping[str, Any], lists: Lists | None = None) -> str:
    """``window.<name> = {…};``, with the lists to which ``content`` points as ``lists``."""
    return f"window.{name} = {_with_lists(content, lists)};\n"


def as_entry(name: str, key: str, content: Mapping[str, Any], lists: Lists) -> str:
    """The same for an object of which every file of a folder brings one entry."""
    return f"(window.{name} ??= {{}})[{as_json(key)}] = {_with_lists(content, lists)};\n"


def _with_lists(content: Mapping[str, Any], lists: Lists | None) -> str:
    text = as_json(content)
    return f'{text[:-1]},"lists":{lists.text}}}' if lists else text


def _plain(content: Any) -> Any:
    kind = type(content)  # exact and cheap: half a million figures pass here
    if kind is float:
        return int(content) if content.is_integer() else content
    if kind is list or kind is tuple:
        return [_plain(one) if type(one) in _CHANGED else one for one in content]
    if kind is dict:
        return {key: _plain(one) for key, one in content.items()}
    return content


_CHANGED = {float, list, tuple, dict}
