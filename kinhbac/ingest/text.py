"""Vietnamese text as it should have been typed.

Here: Unicode form, look-alikes, fonts of the 1990s. Not here: what a text means, when two names
are one (``spelling``).
"""

from __future__ import annotations

import unicodedata

import polars as pl

# TCVN 5712:1993 (VN3) as the .VnTime fonts draw it: each letter sits on a Latin-1 place.
_TCVN3 = dict(
    zip(
        "µ¸¶·¹¨»¾¼½Æ©ÇÊÈÉË®ÌÐÎÏÑªÒÕÓÔÖ×ÝØÜÞßãáâä«åèæçé¬êíëìîïóñòô\u00adõøö÷ùúýûüþ¡¢§£¤¥¦",
        "àáảãạăằắẳẵặâầấẩẫậđèéẻẽẹêềếểễệìíỉĩịòóỏõọôồốổỗộơờớởỡợùúủũụưừứửữựỳýỷỹỵĂÂĐÊÔƠƯ",
        strict=True,
    )
)
_TCVN3_TABLE = str.maketrans(_TCVN3)

# Đ (U+0110) typed as Icelandic Eth; a blank that is no space.
_SEEN = {"\u00d0": "\u0110", "\u00f0": "\u0111", "\u00a0": " "}
_LOOK_ALIKE_TABLE = str.maketrans(_SEEN | {"\u200b": "", "\ufeff": ""})


def decode_tcvn3(text: str) -> str:
    """Text that a .VnTime font drew, in Unicode."""
    return text.translate(_TCVN3_TABLE)


def normalise(text: str) -> str:
    """NFC, Đ as U+0110, single spaces."""
    return " ".join(unicodedata.normalize("NFC", text).translate(_LOOK_ALIKE_TABLE).split())


def normalised(columns: pl.DataFrame) -> pl.DataFrame:
    """``normalise`` for columns, but for inner spaces, which stay, and for what has no width, which
    is told of where a cell cannot be read; empty text becomes null.

    A code that a program has guarded as a formula, ="00001", is the text that the formula gives.
    """
    if not columns.width:
        return columns
    cells = pl.all()
    # What is ASCII has one Unicode form and no look-alikes; to find that out is thirty times
    # cheaper than to look for them.
    told = columns.select(
        (cells.str.len_bytes().sum() == cells.str.len_chars().sum()).name.prefix("ascii "),
        cells.str.starts_with('="').any().name.prefix("guarded "),
    ).row(0, named=True)
    others = [name for name in columns.columns if not told[f"ascii {name}"]]
    if others:
        unified = pl.col(others).str.normalize("NFC")
        seen = unified.str.replace_many(list(_SEEN), list(_SEEN.values()))
        columns = columns.with_columns(seen.str.replace(r"^[\p{Cf}\s]+$", ""))
    if guarded := [name for name in columns.columns if told[f"guarded {name}"]]:
        columns = columns.with_columns(pl.col(guarded).str.replace(r'^="([^"]*)"\s*$', "${1}"))
    return columns.select(cells.str.strip_chars().replace({"": None}))


def without_unseen(text: pl.Series) -> pl.Series:
    """Text without what has no width (U+200B, U+FEFF, marks of direction): names and codes are
    what people see."""
    if text.str.len_bytes().sum() == text.str.len_chars().sum():
        return text
    return text.str.replace_all(r"\p{Cf}", "")
