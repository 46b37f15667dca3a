"""One form for every way of typing a name: headers, keys, names of areas.

Here: when two spellings are one, and what in a text cannot be seen. Not here: what a name
means, texts of deliveries (``ingest.text``).
"""

from __future__ import annotations

import re
import unicodedata

_LOOK_ALIKES = str.maketrans({"\u00d0": "\u0110", "\u00f0": "\u0111"})
"""Đ typed as Icelandic Eth."""
_TONES = "\u0300\u0301\u0303\u0309\u0323"
"""Grave, acute, tilde, hook above and dot below: the five written tones."""
_VOWELS = re.compile("(?:[aeiouyAEIOUY][\u0300-\u036f]*)+")
"""Vowels that stand together and the marks on them, taken apart (NFD)."""
_UNSEEN = ("Cc", "Cf", "Zl", "Zp")
"""Categories of Unicode: controls, marks without width, separators of lines."""


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
        return " ".join(text.split())
    apart = unicodedata.normalize("NFD", text.translate(_LOOK_ALIKES))
    return " ".join(_VOWELS.sub(_tones_last, "".join(filter(_is_seen, apart))).split())


def _tones_last(vowels: re.Match[str]) -> str:
    tones = sorted(mark for mark in vowels[0] if mark in _TONES)
    return "".join([*(mark for mark in vowels[0] if mark not in _TONES), *tones])


def _is_seen(character: str) -> bool:
    return character.isspace() or unicodedata.category(character) not in _UNSEEN


def find_strange_blank(text: str) -> str | None:
    """What a reader of the text cannot see and a program stumbles over; None if nothing.

    >>> find_strange_blank("00001 ")
    'a blank at its end'
    >>> find_strange_blank("0000\u200b1")
    'the invisible character U+200B'
    """
    if text.isascii() and text.isprintable() and text == " ".join(text.split()):
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
