"""Shapes of texts in words: «text, 38 characters», in one language and out of it into another.

Here: how a shape is written. Not here: which texts are told by their shape alone (``ingest.shapes``).

What is wrong with a delivery is written down once, in the language of all its problems; a page in
another language finds the shapes in it again by the same entries of the catalogue.
"""

from __future__ import annotations

import re
from functools import cache
from typing import Literal

from kinhbac.words.catalogue import Code, words_of

ShapeKind = Literal["digits", "text", "mixed", "email", "formula", "signs"]
WRITTEN: Code = "en"
"""The language in which problems are told."""


def write_shape(kind: ShapeKind, length: int, code: Code = WRITTEN) -> str:
    """A shape in words.

    >>> write_shape("text", 38, "vi"), write_shape("digits", 12)
    ('chữ, 38 ký tự', '12 digits')
    """
    return str(words_of(code).shape[kind].format(n=length))


def write_column(number: int, shape: str, code: Code = WRITTEN) -> str:
    """A column, counted from 1, whose header is told by its shape."""
    return str(words_of(code).shape_of_column.numbered.format(n=number, shape=shape))


def translate_shape(text: str, code: Code) -> str:
    """The same shape in another language; what is no shape stays as it is.

    >>> translate_shape("column 3 (text, 38 characters)", "vi")
    'cột thứ 3 (chữ, 38 ký tự)'
    >>> translate_shape("1.234,5", "vi")
    '1.234,5'
    """
    if found := _column().fullmatch(text):
        return write_column(int(found["n"]), translate_shape(found["shape"], code), code)
    for kind, pattern in _kinds().items():
        if found := pattern.fullmatch(text):
            return write_shape(kind, int(found["n"]), code)
    return text


@cache
def _kinds() -> dict[ShapeKind, re.Pattern[str]]:
    return {kind: _pattern(text) for kind, text in words_of(WRITTEN).shape.items()}


@cache
def _column() -> re.Pattern[str]:
    return _pattern(words_of(WRITTEN).shape_of_column.numbered)


def _pattern(text: str) -> re.Pattern[str]:
    """What a text of the catalogue looks like when its placeholders are filled."""
    escaped = re.escape(text).replace(r"\{n\}", r"(?P<n>\d+)")
    return re.compile(escaped.replace(r"\{shape\}", r"(?P<shape>.+)"))
