"""The kinds of numbers and addresses that name a person, and how one is recognised.

Here: patterns of cells with the checks that such numbers have, headers, check digits. Not here: how
many cells make a column of them (``personal_data``).

A pattern has what no figure has: it begins with a zero and keeps the rules of its kind (province,
century and year of an identity number; prefix of a telephone), or holds letters where they belong.

Sources: Circular 59/2021/TT-BCA (12 digits: province, century and sex, year); the numbering plan of
the Ministry of Information and Communications (prefixes since 2018); Decision 1351/QĐ-BHXH of 2015
(health insurance numbers); Circular 105/2020/TT-BTC (tax numbers), their check digit as python-stdnum
computes it (``vn.mst``).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

import polars as pl

from kinhbac.spelling import without_marks

_BEGINS, _ENDS = r"(?:^|[^0-9.,])", r"(?:$|[^0-9])"
_PROVINCES = (
    "0[12468]|1[0124579]|2[024567]|3[01345678]|4[0245689]|5[12468]|6[024678]|7[024579]|8[0234679]|"
    "9[1-6]"
)
IDENTITY = rf"{_BEGINS}0(?:{_PROVINCES})[ .-]?(?:[01][0-9][0-9]|[23][0-3][0-9])[ .-]?[0-9]{{3}}[ .-]?[0-9]{{3}}{_ENDS}"
NAMED_IDENTITY = (
    r"(?i:(?:^|[^A-Za-z])(?:cmnd|cmtnd|cmt|cccd|căn cước|định danh)(?:\s*số)?)[\s:.#-]{0,3}"
    rf"[0-9](?:[ .-]?[0-9]){{8,11}}{_ENDS}"
)
_BORN = r"(?:[01][0-9][0-9]|[23][0-3][0-9])"
SHORTENED = rf"^(?:[12468]|1[0124579]|[2-9][0-9]){_BORN}[0-9]{{6}}$"
"""An identity number that became a figure and lost its zeros: province, century and year, six more
digits. One figure of that length in five looks so."""
PASSPORT = rf"(?i:hộ chiếu(?:\s*số)?[\s:.#-]{{0,3}}[a-z])[0-9]{{7,8}}{_ENDS}"
_PARTED = r"(?:[ .-]?[()][ .-]?|[ .-])?"
_FROM_ABROAD = rf"(?:\+|00)84{_PARTED}"
MOBILE = (
    rf"(?:^|[^0-9.,+])(?:0|{_FROM_ABROAD})(?:3[2-9]|5[25689]|7[06-9]|8[1-9]|9[0-46-9])"
    rf"(?:{_PARTED}[0-9]){{7}}{_ENDS}"
)
LANDLINE = rf"(?:^|[^0-9.,+])(?:0|{_FROM_ABROAD})2(?:{_PARTED}[0-9]){{9}}{_ENDS}"
EMAIL = r"[A-Za-z0-9._+-]@[A-Za-z0-9-]+\.[A-Za-z]"
HEALTH_CARD = r"(?:^|[^A-Za-z0-9])[A-Z]{2}[ -]?[1-5][ -]?[0-9]{2}(?:[ -]?[0-9]){10}(?:$|[^0-9])"
TAX = r"^[0-9]{10}(?:-?[0-9]{3})?$"
_WEIGHTS = (31, 29, 23, 19, 17, 13, 7, 5, 3)


@dataclass(frozen=True)
class Kind:
    """A kind of personal data: what it is called, cells that can be nothing else, headers (small
    letters without marks), and what a cell under such a header looks like."""

    name: str
    cells: tuple[str, ...]
    headers: tuple[str, ...]
    named: str


KINDS = (
    Kind(
        "identity numbers",
        (IDENTITY, NAMED_IDENTITY, PASSPORT),
        (
            "cccd", "cmnd", "cmt", "can cuoc", "can cuoc cong dan", "chung minh nhan dan",
            "chung minh thu", "so dinh danh", "dinh danh ca nhan", "ma dinh danh ca nhan",
            "ho chieu", "identity number", "identity card", "id card", "citizen id", "national id",
            "personal id", "personal identification number", "passport",
        ),
        r"^(?:[A-Za-z]\d{7,8}|\d(?:[ .-]?\d){7,12})$",
    ),
    Kind(
        "telephone numbers",
        (MOBILE, LANDLINE),
        (
            "dien thoai", "so dien thoai", "sdt", "so dt", "di dong", "zalo", "phone",
            "phone number", "telephone", "mobile", "tel",
        ),
        r"^(?:\+|00)?\d(?:[ ().-]{0,2}\d){7,12}$",
    ),
    Kind(
        "e-mail addresses",
        (EMAIL,),
        ("email", "e mail", "thu dien tu", "hop thu"),
        "@",
    ),
    Kind(
        "insurance numbers",
        (HEALTH_CARD,),
        (
            "bhxh", "bhyt", "so bao hiem", "ma so bao hiem", "so the bao hiem", "ma bao hiem",
            "bao hiem xa hoi", "bao hiem y te", "insurance number", "insurance no", "insurance id",
            "insurance card", "social security number",
        ),
        r"^(?:[A-Za-z]{2})?\d(?:[ -]?\d){9,14}$",
    ),
    Kind(
        "tax numbers",
        (),
        ("mst", "ma so thue", "tax code", "tax number", "tax id", "tax identification number"),
        r"^\d{10}(?:-?\d{3})?$|^\d{12}$",
    ),
    Kind(
        "bank accounts",
        (),
        (
            "stk", "so tk", "so tai khoan", "tai khoan ngan hang", "tai khoan thanh toan",
            "bank account", "account number", "account no", "iban",
        ),
        r"^[A-Z]{0,2}\d(?:[ .-]?\d){5,33}$",
    ),
)  # fmt: skip
_NAMED_SO = frozenset(header for kind in KINDS for header in kind.headers)
_AROUND = re.compile(r"(?:ma so |so |ma )?(.+?)(?: so| no| number)?")
_HEADERS = {
    kind: re.compile(rf"(?:^|[^a-z0-9])(?:{'|'.join(kind.headers)})(?:$|[^a-z])") for kind in KINDS
}
ANY = "|".join((*(pattern for kind in KINDS for pattern in kind.cells), TAX, SHORTENED))
"""What a cell of some kind holds, but for those that are believed by their header."""


@lru_cache(10_000)
def recognise(text: str) -> Kind | None:
    """The kind of personal data that a text holds, if it can be nothing else.

    >>> recognise("CCCD: 001099012345").name
    'identity numbers'
    >>> recognise("1.234.567.890") is None
    True
    """
    return next((k for k in KINDS if any(re.search(p, text) for p in k.cells)), None)


@lru_cache(10_000)
def kinds_called(header: str) -> list[Kind]:
    """The kinds that a header names, with or without tone marks."""
    folded = _fold(header)
    return [kind for kind, pattern in _HEADERS.items() if pattern.search(folded)]


@lru_cache(10_000)
def is_name_of_kind(header: str) -> bool:
    """Whether a header is nothing but the name of a kind, and so names nobody.

    >>> [is_name_of_kind(header) for header in ("E-mail", "Passport No.", "E-mail của An")]
    [True, True, False]
    """
    folded = _fold(header)
    bare = _AROUND.fullmatch(folded)
    return folded in _NAMED_SO or (bare is not None and bare[1] in _NAMED_SO)


def _fold(header: str) -> str:
    return re.sub(r"[\W_]+", " ", without_marks(header)).strip()


def find_shortened(cells: pl.Series) -> pl.Series:
    """Century and year of birth of each cell that may be an identity number without its zeros.

    >>> find_shortened(pl.Series(["24099012345", "1188012345", "12345678901"])).to_list()
    ['099', '188']
    """
    found = cells.filter(cells.str.contains(SHORTENED).fill_null(False))
    return found.str.head(-6).str.tail(3)


def count_tax_numbers(cells: pl.Series) -> int:
    """Cells of ten digits, or ten and three, whose tenth is the check digit of the nine before."""
    numbers = cells.filter(cells.str.contains(TAX).fill_null(False))
    if not len(numbers):
        return 0
    digits = [pl.col("n").str.slice(place, 1).cast(pl.Int64) for place in range(10)]
    weighed = pl.sum_horizontal(w * d for w, d in zip(_WEIGHTS, digits, strict=False))
    right = digits[9] == 10 - weighed % 11
    return int(pl.DataFrame({"n": numbers}).select(right.sum()).item())
