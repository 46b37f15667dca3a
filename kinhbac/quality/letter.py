"""The quarter's letter to an owner of data: six words, what pulls down, one act, good news.

Here: what a letter says, from the table ``quality`` of a release, for page and notice alike. Not
here: measuring (SQL), words and paper (``letter_text``, pages), sending (``notices``).

A letter speaks of the newest quarter that has ended, an owner's card of the one that runs. All measures of ``SPEAKS`` are shares of
things that can be counted, so a source that had done without fault would have raised its owner's
share by what it lacks ÷ all that the owner was measured by; the gain is that, in points of 100 of
the mean of the owner's words, which count alike. Nothing is weighed by hand.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any, Literal

from kinhbac.quality.six_words import SPEAKS
from kinhbac.queries import read_queries

QUERIES = read_queries(__file__)
Row = Mapping[str, Any]
GoodNews = Literal["full", "risen", "better"]
RISEN = 0.01
"""By how much of 1 a share has to rise to be news."""
RUN = 2
"""From how many quarters in a row on it is news that nothing was lacking."""


@dataclass(frozen=True)
class Word:
    """A word in the quarter: ``value`` is a share of 1, ``before`` that of the quarter before, None
    where it had none; ``standing`` is that of ``quality``."""

    word: str
    measure: str
    value: float
    before: float | None
    peer_median: float | None
    standing: str | None

    @property
    def moved(self) -> float | None:
        """How far it moved since the quarter before."""
        return None if self.before is None else self.value - self.before


@dataclass(frozen=True)
class Pull:
    """What one source lacks of a word: ``lacking`` of ``whole`` deliveries, cells, figures or
    indicators. Had nothing been lacking, the owner's share were ``to`` instead of ``value``, and the
    mean of its words ``gain`` points of 100 more."""

    word: str
    source: str
    name_vi: str
    name_en: str
    lacking: int
    whole: int
    value: float
    to: float
    gain: float


@dataclass(frozen=True)
class Good:
    """Good news of a word: ``full`` for so many ``quarters`` in a row, ``risen`` since the quarter before,
    or ``better`` than the median of others."""

    kind: GoodNews
    word: str
    value: float
    before: float | None
    peer_median: float | None
    quarters: int


@dataclass(frozen=True)
class Letter:
    """What an owner is told of a quarter; ``pulls`` has what would raise most first."""

    agency: str
    quarter: date
    words: tuple[Word, ...]
    pulls: tuple[Pull, ...]
    good: tuple[Good, ...]
    synthetic: bool

    @property
    def act(self) -> Pull | None:
        """The one act that would raise the owner most; None where nothing is lacking."""
        return self.pulls[0] if self.pulls else None

    def as_entry(self) -> dict[str, Any]:
        """It as plain fields."""
        return {
            **{name: getattr(self, name) for name in ("agency", "quarter", "synthetic")},
            "words": [{**asdict(one), "moved": one.moved} for one in self.words],
            "pulls": [asdict(one) for one in self.pulls],
            "good": [asdict(one) for one in self.good],
        }


def read_letters(ask: Callable[..., Sequence[Row]], quarters_ago: int = 1) -> dict[str, Letter]:
    """The letter of every agency of which deliveries were due or came in that quarter, by agency.

    ``ask`` answers a question with its parameters about the tables of a release; ``quarters_ago``
    counts from the quarter of its day, which is 0 and runs on.
    """
    own: defaultdict[str, list[Row]] = defaultdict(list)
    for row in ask(QUERIES["measured"], list(SPEAKS.values()), 3 * quarters_ago):
        own[row["agency"]].append(row)
    letters = {agency: _write(agency, rows) for agency, rows in own.items()}
    return {
        agency: letter
        for agency, letter in letters.items()
        if any(one.word != "shared" for one in letter.words)
    }


def _write(agency: str, rows: Sequence[Row]) -> Letter:
    quarter: date = rows[0]["quarter"]
    told: dict[str, list[Row]] = {}
    words = []
    for word, measure in SPEAKS.items():
        course = [row for row in rows if row["level"] == "agency" and row["measure"] == measure]
        if not course or course[-1]["quarters_ago"]:
            continue
        told[word] = course
        before = course[-2] if len(course) > 1 and course[-2]["quarters_ago"] == 1 else None
        now = course[-1]
        words.append(
            Word(
                word,
                measure,
                now["value"],
                before["value"] if before else None,
                now["peer_median"],
                now["standing"],
            )
        )
    pulls = [
        _pull(one, row, told[one.word][-1]["denominator"], len(words))
        for one in words
        for row in rows
        if row["level"] == "source"
        and row["measure"] == one.measure
        and row["numerator"] < row["denominator"]
    ]
    return Letter(
        agency,
        quarter,
        tuple(words),
        tuple(sorted(pulls, key=lambda one: (-one.gain, one.word, one.source))),
        tuple(found for one in words if (found := _good(one, told[one.word]))),
        any(row["synthetic"] for row in rows),
    )


def _pull(word: Word, row: Row, measured: float, words: int) -> Pull:
    lacking = row["denominator"] - row["numerator"]
    return Pull(
        word.word,
        row["subject"],
        row["name_vi"],
        row["name_en"],
        round(lacking),
        round(row["denominator"]),
        word.value,
        word.value + lacking / measured,
        100 * lacking / measured / words,
    )


def _good(word: Word, course: Sequence[Row]) -> Good | None:
    run = 0
    for ago, row in enumerate(reversed(course)):
        if row["quarters_ago"] != ago or row["value"] < 1:
            break
        run += 1
    if run >= RUN:
        kind: GoodNews = "full"
    elif (word.moved or 0) >= RISEN:
        kind = "risen"
    elif word.standing == "better":
        kind = "better"
    else:
        return None
    return Good(kind, word.word, word.value, word.before, word.peer_median, run)
