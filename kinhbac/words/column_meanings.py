"""What published tables and their columns mean, in Vietnamese too.

Here: the meanings of ``meanings/columns.toml``, found by their English form, which is written beside
each of them. Not here: the English ones (``kinhbac.dictionary`` has them all).
"""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path

from kinhbac.words.catalogue import Code

COLUMNS = Path(__file__).parent / "meanings" / "columns.toml"


@cache
def read_meanings() -> dict[str, str]:
    """English meaning → Vietnamese one."""
    return tomllib.loads(COLUMNS.read_text(encoding="utf-8"))


def translate_meaning(text: str, code: Code) -> str:
    """What a table or a column means, in a language; as it is where nobody has translated it.

    >>> translate_meaning("Vietnamese name.", "vi")
    'Tên tiếng Việt.'
    """
    return text if code == "en" else read_meanings().get(text, text)
