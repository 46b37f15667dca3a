"""What ``openapi.json`` says, in the language that is accepted.

Here: its texts in Vietnamese. Not here: the texts, which stand beside each route and parameter, and
what they mean in Vietnamese (``words/meanings/interface.toml``).
"""

from __future__ import annotations

from typing import Any

from kinhbac.words.catalogue import Code
from kinhbac.words.meaning import translate_meaning

TEXTS = frozenset({"summary", "description"})


def describe(described: Any, code: Code) -> Any:
    """The description, or a part of it, with its texts in a language.

    >>> describe({"summary": "Areas", "get": [{"description": "rows of\\n a page"}]}, "vi")
    {'summary': 'Đơn vị hành chính', 'get': [{'description': 'số dòng của một trang'}]}
    """
    if isinstance(described, dict):
        return {
            key: translate_meaning(" ".join(value.split()), code, "interface")
            if key in TEXTS and isinstance(value, str)
            else describe(value, code)
            for key, value in described.items()
        }
    return [describe(one, code) for one in described] if isinstance(described, list) else described
