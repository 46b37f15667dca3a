"""Names in two languages, which the library of SDMX has in one.

Here: a mark in place of every text of people while the library builds a message, and the texts,
in every language that they have, in place of the marks once the message is written. So no text
passes through what the library does to quotes and letters. Not here: which names there are
(``structures``, ``metadata``).
"""

from __future__ import annotations

import json
import re
from html import escape
from typing import Any

from kinhbac.registry.declared.entries import Name

MARK = "\N{SECTION SIGN}"
IN_XML = re.compile(rf'<([\w:]+)( xml:lang="en")?>{MARK}(\d+)</\1>')
IN_JSON = re.compile(rf"{MARK}(\d+)")


class Names:
    """The texts of a message by their marks."""

    def __init__(self) -> None:
        self._texts: list[dict[str, str]] = []

    def mark(self, text: Name | str) -> str:
        """What the library is given in place of a name in two languages, or of a text in one."""
        said = {"vi": text.vi, "en": text.en} if isinstance(text, Name) else {"": text}
        self._texts.append(said)
        return f"{MARK}{len(self._texts) - 1}"

    def in_xml(self, message: str) -> bytes:
        """The message with its texts, an element a language."""

        def elements(found: re.Match[str]) -> str:
            tag, language, place = found.groups()
            texts = self._texts[int(place)]
            return "".join(
                f"<{tag}{language.replace('en', code) if language else ''}>"
                f"{escape(text, quote=False)}</{tag}>"
                for code, text in texts.items()
            )

        return IN_XML.sub(elements, message).encode()

    def in_json(self, message: str) -> bytes:
        """The message with its texts: ``name`` in English, ``names`` in both languages.

        An empty list is left out, which the schema of SDMX-JSON refuses in places.
        """
        whole = json.loads(message, object_hook=self._translated)
        return json.dumps(whole, ensure_ascii=False, indent=1).encode()

    def _translated(self, found: dict[str, Any]) -> dict[str, Any]:
        texts: dict[str, Any] = {}
        for key, value in found.items():
            if value == []:
                continue
            mark = IN_JSON.fullmatch(value) if isinstance(value, str) else None
            said = self._texts[int(mark[1])] if mark else {"": value}
            texts[key] = said.get("en", said.get(""))
            if "en" in said:
                texts[f"{key}s"] = said
        return texts
