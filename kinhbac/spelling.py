"""One form for every way of typing a name: headers, keys, names of areas.

Here: when two spellings are one, and what in a text cannot be seen. Not here: what a name
means, texts of deliveries (``ingest.text``).
"""

from __future__ import annotations

import re
import unicodedata

_LOOK_ALIKES = str.maketrans({"\u00d0": "\u0110", "\u00f0": "\u0111"})
"""Đ typed as Icelandic Eth."""
_TONE = "\u0300\u0301\u0303\u0309\u0323"
"""Grave, acute, tilde, hook above and dot below: the five written tones."""
_INSIDE = re.compile(f"([{_TONE}])([aeiouyAEIOUY\u0302\u0306\u031b]+)")
"""A tone before the end of its vowels (taken apart, NFD), and what comes after it."""
_UNSEEN = ("Cc", "Cf", "Cn", "Zl", "Zp")
"""Categories of Unicode: controls, marks without width, what is none, separators of lines."""


def fold_header(text: str) -> str:
    """The one form of all spellings of a name: of a column, a key, an area.

    Neither Unicode form (NFC, NFD) nor the place of the tone mark on its vowels (Hoà, Hòa), nor
    blanks of any kind tell two names apart. Letters, case and tones do.

    >>> fold_header("Hoà  Bình") == fold_header("Ho\u0300a Bi\u0300nh")
    True
    >>> fold_header("Hoà Bình") == fold_header("Hoá Bình")
    False
    """
    if text.isascii():
        return text if text.isalnum() else " ".join(text.split())
    apart = unicodedata.normalize("NFD", text.translate(_LOOK_ALIKES))
    if not apart.isprintable():  # blanks but the space are none that can be printed
        apart = "".join(filter(_is_seen, apart))
    return " ".join(_INSIDE.sub(r"\2\1", apart).split())


def fold_name(text: str) -> str:
    """``fold_header`` without case: what is looked up, and is never a key.

    >>> fold_name("Hoà  Bình") == fold_name("HÒA BÌNH")
    True
    """
    return fold_header(text).casefold()


def without_marks(text: str) -> str:
    """Small letters without tones and other marks: how Vietnamese is typed in haste.

    >>> without_marks("Số Điện thoại")
    'so dien thoai'
    """
    if text.isascii():
        return text.lower()
    apart = unicodedata.normalize("NFD", text.translate(_LOOK_ALIKES).casefold())
    return "".join(mark for mark in apart if not unicodedata.combining(mark)).replace("\u0111", "d")


def _is_seen(character: str) -> bool:
    return character.isspace() or unicodedata.category(character) not in _UNSEEN


def find_unseen(text: str) -> str | None:
    """The first character of a text that has no width; None if there is none. Blanks have one.

    >>> find_unseen("1\u200b2"), find_unseen("1\u202f234")
    ('the invisible character U+200B', None)
    """
    if text.isprintable():
        return None
    unseen = (c for c in text if not _is_seen(c))
    return next((f"the invisible character U+{ord(c):04X}" for c in unseen), None)


def find_strange_blank(text: str) -> str | None:
    """What a reader of the text cannot see and a program stumbles over; None if nothing.

    >>> find_strange_blank("00001 ")
    'a blank at its end'
    >>> find_strange_blank("0000\u200b1")
    'the invisible character U+200B'
    """
    if text.isprintable() and text == " ".join(text.split()):
        return None
    for character in text:
        if character in "\r\n":
            return "a line break"
        if character != " " and (character.isspace() or not _is_seen(character)):
            kind = "blank" if character.isspace() else "invisible character"
            return f"the {kind} U+{ord(character):04X}"
    if text != text.strip():
        return "a blank at its " + ("start" if text != text.lstrip() else "end")
    return "two blanks in a row" if "  " in text else None
