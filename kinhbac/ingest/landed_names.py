"""Names of what lies in a landing zone, as they are told outside.

Here: names of files and folders. Not here: what is in them (``shapes``), finding them (``extracts``).

A file may be called after the person it is about. Its name is told whole where it is made of what
a delivery is called by: the day of receipt, the name of the source, a period, figures of up to
eight digits, single letters, and a few words for «report» or «corrected». Any other stem gives way
to its length and a tag: the day, the folder and the length are enough to find the file where it
lies. The tag tells two files apart, and one that was overwritten from another; it is made with a
key that stays in the landing zone, so that nobody outside can try names until one fits, and of
consonants, so that it is no number and no name itself.
"""

from __future__ import annotations

import hmac
import re
import secrets
from functools import cache

from kinhbac.data_folder import DataFolder, written_aside
from kinhbac.ingest.shapes import DIGITS, count_digits, count_letters, is_harmless
from kinhbac.spelling import without_marks

_SIGNS = "bcdfghjkmnpqrstv"
_STAND_IN = re.compile(rf"name-of-\d+-characters-[{_SIGNS}]{{12}}")
_DAY = re.compile(r"20\d\d-(0\d|1[0-2])-[0-3]\d_")
_SUFFIX = re.compile(
    r"\.(csv|tsv|txt|xlsx|xlsm|xls|ods|json|jsonl|xml|html|parquet|zip|pdf|docx?)$", re.IGNORECASE
)
_WORDS = (
    "bao cao", "bieu mau", "bieu so lieu", "bieu", "so lieu", "ban sua", "sua doi", "bo sung",
    r"(?:thang|quy|nam|ky|lan|so) ?\d{1,4}", "report", "data", "form", "file", "extract", "delivery",
    "final", "copy", "corrected", "correction", "version", "no period",
)  # fmt: skip
"""What deliveries are called, without marks. «Nam» or «Lan» alone is somebody's name."""
_REST = re.compile(r"(?:(?<![a-z])[a-z](?![a-z])|[^a-z])*")
"""Single letters, and what is no letter."""
SINGLE = 2
"""Single letters in a name that is told."""


class LandedNames:
    """How the files and folders of one source are called outside."""

    def __init__(self, data: DataFolder, source: str) -> None:
        self._data, self._source = data, source

    def tell(self, name: str) -> str:
        """A file's name, or what stands for it.

        Told once, it stays as it is: a file that is laid down again under what stands for its
        name has the same.
        """
        suffix = found[0] if (found := _SUFFIX.search(name)) else ""
        stem = name.removesuffix(suffix)
        day = found[0] if (found := _DAY.match(stem)) else ""
        rest = stem.removeprefix(day)
        if _STAND_IN.fullmatch(rest) or _is_plain(rest, self._source):
            return name
        return f"{day}{self._stand_in(name, len(rest))}{suffix}"

    def tell_folder(self, name: str) -> str:
        """A folder's name where it is a period or cannot name a person, or what stands for it."""
        if _STAND_IN.fullmatch(name) or is_harmless(name) or _is_plain(name, self._source):
            return name
        return self._stand_in(name, len(name))

    def _stand_in(self, name: str, length: int) -> str:
        digest = hmac.digest(self._key, name.encode(), "sha256")
        tag = "".join(_SIGNS[byte % 16] for byte in digest[:12])
        return f"name-of-{length}-characters-{tag}"

    @property
    def _key(self) -> bytes:
        path = self._data.kept / self._source / ".names"
        if not path.exists():
            with written_aside(path) as aside:
                aside.write_bytes(secrets.token_bytes(32))
        return path.read_bytes()


def _is_plain(stem: str, source: str) -> bool:
    if not stem.isprintable():
        return False
    folded = re.sub(r"[\W_]+", " ", without_marks(stem))
    rest = _words_of(source).sub(" ", folded)
    letters = count_letters(rest)
    return letters <= SINGLE and count_digits(rest) <= DIGITS and bool(_REST.fullmatch(rest))


@cache
def _words_of(source: str) -> re.Pattern[str]:
    own = re.escape(re.sub(r"[\W_]+", " ", source))
    words = "|".join((own, *_WORDS) if own else _WORDS)
    return re.compile(rf"(?<![a-z\d])(?:{words})(?![a-z])")
