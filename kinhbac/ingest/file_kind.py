"""What kind of text a file is, whatever its name says.

Here: kinds by how a text begins. Not here: files that are no text (``signatures``), what is said of
the difference (``file_form``).
"""

from __future__ import annotations

import json
import re

LINES = 60
"""Lines of a text that are looked at."""
_MARKUP = re.compile(r"\s*<(?:!doctype\s+html|html|head|body|table|meta|script)\b", re.IGNORECASE)
_JSON = re.compile(r"\s*[\[{]\s*(?:[\"\[{\]}]|-?\d)")
_XML = re.compile(r"\s*<\?xml\b|\s*<\w+[\s>]")


def find_kind_of_text(text: str | None, promised: str) -> str | None:
    """What text is that is not of the ``promised`` format; None where it may be."""
    if text is None:
        return None
    if _MARKUP.match(text):
        return "an HTML page"
    if _XML.match(text):
        return "XML"
    lines = [line for line in text.split("\n", LINES)[:LINES] if line.strip()]
    objects = [line for line in lines if _is_record(line)]
    if len(objects) >= 2 and promised != "jsonl":
        return "JSON lines"
    if _JSON.match(text):
        return None if promised in ("json", "jsonl") and objects else "a JSON document"
    if promised != "csv":
        return "plain text"
    return None


def _is_record(line: str) -> bool:
    try:
        return isinstance(json.loads(line), dict)
    except (ValueError, RecursionError):
        return False
