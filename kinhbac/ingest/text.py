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

# Đ (U+0110) typed as Icelandic Eth; blanks that are not spaces.
_LOOK_ALIKES = {"\u00d0": "\u0110", "\u00f0": "\u0111", "\u00a0": " ", "\u200b": "", "\ufeff": ""}
_LOOK_ALIKE_TABLE = str.maketrans(_LOOK_ALIKES)


def decode_tcvn3(text: str) -> str:
    """Text that a .VnTime font drew, in Unicode."""
    return text.translate(_TCVN3_TABLE)


def normalise(text: str) -> str:
    """NFC, Đ as U+0110, single spaces."""
    return " ".join(unicodedata.normalize("NFC", text).translate(_LOOK_ALIKE_TABLE).split())


def normalised(columns: pl.DataFrame) -> pl.DataFrame:
    """``normalise`` for columns, but for inner spaces, which stay; empty text becomes null."""
    if not columns.width:
        return columns
    cells = pl.all()
    # What is ASCII has one Unicode form and no look-alikes; to find that out is thirty times
    # cheaper than to look for them.
    ascii_only = columns.select(cells.str.len_bytes().sum() == cells.str.len_chars().sum()).row(0)
    others = [name for name, plain in zip(columns.columns, ascii_only, strict=True) if not plain]
    if others:
        unified = pl.col(others).str.normalize("NFC")
        columns = columns.with_columns(
            unified.str.replace_many(list(_LOOK_ALIKES), list(_LOOK_ALIKES.values()))
        )
    return columns.select(cells.str.strip_chars().replace({"": None}))
