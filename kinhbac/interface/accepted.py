"""What a caller accepts, by the headers in which it is said, best first.

Here: qualities of ``Accept`` and ``Accept-Language`` (RFC 9110, 12.5), and the language of what
people read. Not here: which forms there are (``formats``).
"""

from __future__ import annotations

from kinhbac.words.catalogue import Code


def read_qualities(header: str) -> dict[str, float]:
    """What is accepted → quality from 0 to 1, without other parameters; empty where nothing is said.

    >>> read_qualities("text/csv;q=0.9, */*;q=0.1, vi")
    {'text/csv': 0.9, '*/*': 0.1, 'vi': 1.0}
    """
    qualities = {}
    for entry in header.split(","):
        name, *parameters = (part.strip().lower() for part in entry.split(";"))
        if name:
            qualities[name] = next(
                (_number(text[2:]) for text in parameters if text.startswith("q=")), 1.0
            )
    return qualities


def choose_language(header: str) -> Code:
    """The language of what people read: the better accepted one of the two; English where neither is
    named, for programs ask that way and compare.

    >>> choose_language("fr, vi-VN;q=0.8, en;q=0.3"), choose_language("")
    ('vi', 'en')
    """
    wanted = {"en": 0.0, "vi": 0.0}
    for tag, quality in read_qualities(header).items():
        language = tag.partition("-")[0]
        if language in wanted:
            wanted[language] = max(wanted[language], quality)
    return "vi" if wanted["vi"] > wanted["en"] else "en"


def _number(text: str) -> float:
    try:
        return min(max(float(text), 0.0), 1.0)
    except ValueError:
        return 0.0
