"""Which texts of a delivery may be repeated, and the shape of all others.

Here: the rule for a single text. Not here: what of a problem is such a text (``disclosure``), names
of files (``landed_names``), what a shape is called (``words.shapes``).

A text is repeated only where it cannot name a person. That is decided by what it is, never by what
it is not: a figure of up to eight digits (identity numbers, telephones and accounts have nine and
more), a code of a letter or two and up to five digits (passports and number plates have more), a
date or the name of a period, a word of a list. Whoever delivered the rest finds it in the file, at
the line that is told.
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Container
from functools import cache
from pathlib import Path

from kinhbac.spelling import without_marks
from kinhbac.words.shapes import write_shape

LISTS = Path(__file__).with_name("harmless.toml")


@cache
def read_lists() -> dict[str, list[str]]:
    """The lists of harmless ``texts`` and ``headers``."""
    return tomllib.loads(LISTS.read_text(encoding="utf-8"))


DIGITS = 8
"""Digits of a figure that is repeated."""
DIGITS_OF_CODE, LETTERS_OF_CODE = 5, 2
"""Digits and letters of a code that is repeated."""
LONGEST = 40
"""Characters of anything that is repeated: signs without end say nothing."""
WORDS = frozenset(read_lists()["texts"])
"""What people write where they have no figure, what programs write there, what totals are called."""
_TIME = re.compile(
    r"\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}[ T][0-2]?\d:[0-5]\d(:[0-5]\d([.,]\d{1,6})?)?Z?"
)
_PERIOD = re.compile(r"(thang|quy|nam|ky|half|quarter)\s?\d{1,2}([/-]\d{4})?")
_EMAIL = re.compile(r"\S+@\S+\.\S+")


def tell_text(text: str, known: Container[str] = ()) -> str:
    """The text itself where it cannot name a person, or is a ``known`` word; else its shape.

    >>> [tell_text(text) for text in ("1.234,5", "9*", "01/07/2025", "không rõ", "H05.12")]
    ['1.234,5', '9*', '01/07/2025', 'không rõ', 'H05.12']
    >>> tell_text("001099012345"), tell_text("Nguyễn Văn An")
    ('12 digits', 'text, 13 characters')
    """
    return text if text in known or is_harmless(text) else shape_of(text)


def is_harmless(text: str) -> bool:
    """Whether a text, wherever it stands, cannot name a person."""
    if len(text) > LONGEST or not text.isprintable():
        return False
    folded = unicodedata.normalize("NFC", text).strip().casefold()
    if folded in WORDS or _TIME.fullmatch(text.strip()) or _PERIOD.fullmatch(without_marks(folded)):
        return True
    letters, digits = count_letters(text), count_digits(text)
    if not letters:
        return digits <= DIGITS
    if not digits:
        return letters == 1
    return letters <= LETTERS_OF_CODE and digits <= DIGITS_OF_CODE


def shape_of(text: str) -> str:
    """What a text looks like, without a part of it.

    >>> shape_of("0912 345 678"), shape_of("an@example.vn"), shape_of("=SUM(1,2)")
    ('10 digits', 'an e-mail address, 13 characters', 'a formula, 9 characters')
    """
    letters, digits = count_letters(text), count_digits(text)
    if _EMAIL.fullmatch(text):
        return write_shape("email", len(text))
    if text.startswith("="):
        return write_shape("formula", len(text))
    if letters:
        return write_shape("mixed" if digits else "text", len(text))
    return write_shape("digits", digits) if digits else write_shape("signs", len(text))


def count_letters(text: str) -> int:
    """Letters of any script, and marks on them."""
    return sum(unicodedata.category(character)[0] in "LM" for character in text)


def count_digits(text: str) -> int:
    """Digits of any script, and other signs of numbers."""
    return sum(unicodedata.category(character)[0] == "N" for character in text)
