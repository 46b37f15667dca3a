"""Texts that say of their row that it adds up others.

Here: totals of all rows and of some, as people write them. Not here: what is said of such a row
(``row_codes``), whether a sum is right (``totals``), texts that name an area (``area_texts``).
"""

from __future__ import annotations

import re
from collections.abc import Collection
from functools import lru_cache
from typing import Literal

from kinhbac.spelling import fold_name, without_marks

Total = Literal["all", "some"]
"""Which of the other rows a total adds up."""
_SUM = (
    r"(?:tong|tong so|tong cong|cong|cong chung|tong chung|chung|total|grand total|sum total|sum)"
)
_WHOLE = r"(?:(?:toan|ca) )?(?:tinh|thanh pho|nuoc|huyen|xa|phuong|nganh)"
_ALL = r"(?:cac )?(?:xa phuong|phuong xa|xa va phuong|phuong va xa|don vi|dia phuong)"
_NUMBERED = r"(?:[ivx]+ |[abc] )?"
_TOTAL = re.compile(
    rf"{_NUMBERED}(?:{_SUM}(?: {_WHOLE}| {_ALL})?|(?:toan|ca) (?:tinh|thanh pho|nuoc|nganh))"
)
"""A total, numbered or not: alone, of an area, of all areas."""
_PLACES = r"(?:khu vuc|vung|tieu vung|cum|khoi|nhom|mien|huyen|thi xa|thanh pho|tp|quan)"
_PAGES = r"(?:phan|muc|trang|nhom|to|so)"
_SUBTOTAL = re.compile(
    rf"{_NUMBERED}(?:{_SUM} (?:(?:toan |cac )?{_PLACES}(?: \w+){{1,6}}|(?:cac|toan bo) (?:xa|phuong|"
    rf"thi tran|dac khu|huyen)|{_PAGES}(?: nay| \w)|[ivx]+|[abcd])|"
    r"(?:tieu|tam) (?:tong|cong)(?: \w+){0,6}|cong (?:don|mang sang)|sub ?total(?: \w+){0,6})"
)
"""A total of some of the rows: of a region, a district that was, all areas of one kind, a page."""


@lru_cache(4096)
def names_total(text: str) -> bool:
    """Whether a text says that its row adds up the others, with or without tone marks.

    >>> [names_total(text) for text in ("TỔNG CỘNG:", "Cong (I+II)", "Toàn tỉnh", "Xã Cộng Hòa")]
    [True, True, True, False]
    """
    return _TOTAL.fullmatch(_words(re.sub(r"\(.*?\)", " ", text))) is not None


@lru_cache(4096)
def names_subtotal(text: str) -> bool:
    """Whether a text says that its row adds up some of the others.

    >>> [names_subtotal(text) for text in ("Cộng khu vực I", "Tổng các phường", "Cộng (I+II)")]
    [True, True, False]
    """
    if names_total(text):
        return bool(re.fullmatch(r".*\(\s*(?:[ivx]+|[abcd])\s*\)\W*", text.casefold()))
    return _SUBTOTAL.fullmatch(_words(text, figures=True)) is not None


def _words(text: str, figures: bool = False) -> str:
    found = re.findall(r"[^\W_]+" if figures else r"[^\W\d_]+", without_marks(text))
    return " ".join(found)


def read_total(text: str, wholes: Collection[str]) -> Total | None:
    """Of which other rows a row with this text for its area is the total, if it is one.

    >>> [read_total(said, {"bac ninh"}) for said in ("Toàn tỉnh Bac Ninh", "Cộng huyện Lục Nam")]
    ['all', 'some']
    """
    if is_total(text, wholes):
        return "all"
    return "some" if names_subtotal(text) else None


def is_total(text: str, wholes: Collection[str]) -> bool:
    """Whether a row with this text for its area is the total of all others.

    >>> is_total("Toàn tỉnh Bac Ninh", {"bac ninh"}), is_total("Kinh Bac Ninh", {"bac ninh"})
    (True, False)
    """
    folded = fold_name(text)
    return (
        (names_total(text) and not names_subtotal(text))
        or folded in wholes
        or any(
            folded.endswith(f" {name}") and names_total(folded.removesuffix(name))
            for name in wholes
        )
    )
