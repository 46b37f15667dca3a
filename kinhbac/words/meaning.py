"""What things that are declared once mean, in Vietnamese too: tables and their columns, what the
interface can be asked, what files of the registry may say.

Here: the meanings of ``meanings/*.toml``, found by their English form, which is written beside
each of them. Not here: the English ones (``kinhbac.dictionary`` has those of all columns).
"""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path
from typing import Literal

from kinhbac.words.catalogue import Code

MEANINGS = Path(__file__).parent / "meanings"
Subject = Literal["columns", "interface", "registry"]


@cache
def read_meanings(of: Subject = "columns") -> dict[str, str]:
    """English meaning → Vietnamese one."""
    return tomllib.loads((MEANINGS / f"{of}.toml").read_text(encoding="utf-8"))


def translate_meaning(text: str, code: Code, of: Subject = "columns") -> str:
    """What such a thing means, in a language; as it is where nobody has translated it.

    >>> translate_meaning("Vietnamese name.", "vi")
    'Tên tiếng Việt.'
    """
    return text if code == "en" else read_meanings(of).get(text, text)
