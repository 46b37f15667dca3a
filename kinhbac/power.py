"""What a rule of warning tells by chance alone, and the least that it would not miss.

Here: false alarms and power of rules that judge counted figures, by the sizes of today. Not here: how
far beyond a limit a figure must lie (``registry.declared.evidence``), judging it (SQL,
``macros/limits.sql``). ``bench.known_power`` tries what is said here on worlds whose truth is known.
Past 200 lines because false alarms and power are of the same distances.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from itertools import groupby
from math import ceil, exp, floor, log10, sqrt
from statistics import NormalDist, median
from typing import TYPE_CHECKING, Any

import numpy as np

from kinhbac.composite.figures import Counts
from kinhbac.composite.stabilisation import stabilise
from kinhbac.periods import Period, PeriodKind
from kinhbac.queries import read_queries
from kinhbac.registry.declared.evidence import ALLOWANCE, BEYOND_THE_END

if TYPE_CHECKING:
    from kinhbac.words.catalogue import Code

Row = dict[str, Any]
QUERIES = read_queries(__file__)
PROBABILITY = 0.8
"""With which the smallest change is told: the usual power of a study (Cohen 1988)."""
MONTHS = {PeriodKind.MONTH: 1, PeriodKind.QUARTER: 3, PeriodKind.HALF_YEAR: 6, PeriodKind.YEAR: 12}
WITHIN = 3
"""Months in which it is told."""
NORMAL = NormalDist()
QUANTILES = 24
"""Equally likely deviates that stand for chance in one figure; all mixtures of three are tried."""


@dataclass(frozen=True)
class Seen:
    """The truth nearest to its limit that is told with ``PROBABILITY`` within three months, or by the
    next figure where these come more seldom: as the rule judges (unit of the indicator, percent of a
    pace, movement); None where not even the worst is."""

    whose: str
    """commune: the one of median size of three or more; province."""
    size: float
    """Cases or people behind the figure of the area, or its events where these alone are counted."""
    is_fall: bool
    limit: float
    truth: float | None

    @property
    def shown(self) -> float | None:
        """The truth away from its limit, so that two digits of what lies between them are right."""
        if self.truth is None or self.truth == self.limit:
            return self.truth
        places = 10 ** (1 - floor(log10(abs(self.truth - self.limit))))
        away = floor if self.is_fall else ceil
        return float(away(round(self.truth * places, 6)) / places)


@dataclass(frozen=True)
class Power:
    """What one rule does in the areas that it judges today."""

    indicator: str
    rule: str
    judged: int
    alarms: float
    """Areas a month of which a warning starts by chance alone, if the truth of each is what its figure
    and those of all of its kind let expect (empirical Bayes), or what is due, or does not move."""
    most: float
    """The same if the truth of every area lies on the limit."""
    seen: tuple[Seen, ...]
    unit_vi: str
    unit_en: str

    def __str__(self) -> str:
        return self._told(self.unit_en)

    def tell(self, code: Code) -> str:
        """The same in the language of its reader."""
        from kinhbac.words.sentences import translate

        return translate(self._told(self.unit_vi if code == "vi" else self.unit_en), code)

    def _told(self, called: str) -> str:
        unit = {"pace": " %", "threshold": f" {called}"}.get(self.rule, "")
        seen = [
            f"of {'a median ' if one.whose == 'commune' else 'the '}{one.whose} ({one.size:,.0f}) "
            + (
                "nothing"
                if one.shown is None
                else f"{'at most' if one.is_fall else 'at least'} {one.shown:,.12g}{unit}"
            )
            for one in self.seen
        ]
        return (
            f"{self.indicator}, {self.rule}: by chance {self.alarms:.2g} of {self.judged} areas a month, "
            f"{self.most:.2g} if all lie on the limit; sees {'; '.join(seen)}"
        )


def read_powers(rows: Callable[[str], list[Row]]) -> Iterator[Power]:
    """The power of each rule in force that asks for evidence. ``rows`` asks a release's tables."""
    if not rows(QUERIES["is_told"]):
        return  # a release from before
    found = [row for row in rows(QUERIES["judged"]) if row["period_kind"] in MONTHS]
    for _, judged in groupby(found, lambda row: (row["indicator"], row["rule"])):
        yield find_power(list(judged))


def find_power(judged: list[Row]) -> Power:
    """The power of one rule by the areas that it judges."""
    kinds: dict[str, list[Row]] = {}
    for row in judged:
        kinds.setdefault(row["area_kind"], []).append(row)
    first = judged[0]
    a_month = 1 / MONTHS[PeriodKind(first["period_kind"])]
    communes, province = kinds.get("commune", []), kinds.get("province", [])
    return Power(
        first["indicator"],
        first["rule"],
        len(judged),
        a_month * sum(alarm for own in kinds.values() for alarm in _alarms(own)),
        a_month * first["chance"] * len(judged),
        (
            *(_see(_median(communes)) if len(communes) > 2 else ()),
            *(_see(province[0]) if province else ()),
        ),
        first["unit_vi"],
        first["unit_en"],
    )


def _alarms(judged: list[Row]) -> Iterator[float]:
    """How likely a warning starts by chance alone in one period, of each area of a kind. What truly
    lies beyond its limit is warned of with reason."""
    for row, truth in zip(judged, _truths(judged), strict=True):
        good = [
            min(
                row["chance"],
                max(
                    _start(row, *_distances(row, is_fall, limit, truth)),
                    _alone(row, is_fall, limit, truth),
                ),
            )
            for is_fall, limit in _ends(row)
        ]
        beyond = any((truth < limit) == is_fall for is_fall, limit in _ends(row))
        yield 0.0 if beyond else sum(good)


def _truths(judged: list[Row]) -> list[float]:
    """What the truth of each area most likely is, as the rule judges: its figure drawn towards that of
    all by what chance makes of it; no movement; what is due."""
    first = judged[0]
    if first["rule"] != "threshold":
        return [100.0 if first["rule"] == "pace" else 0.0] * len(judged)
    if first["noise"] == "count":
        return [float(row["count"]) for row in judged]
    count, whole, scale = (
        np.array([[float(row[name]) for row in judged]]) for name in ("count", "whole", "scale")
    )
    of_shares = np.full(whole.shape, first["noise"] == "share")
    counts = Counts(whole, scale, of_shares)
    drawn = stabilise(scale * count / whole, counts, np.ones(whole.shape, dtype=bool))
    return [float(one) for one in drawn[0]]


def _start(row: Row, mean: float, deviation: float) -> float:
    """How likely a warning starts where distances beyond the limit have this mean, below nothing."""
    if row["decision_interval"] is None:
        alone = 1 - NORMAL.cdf((row["distance"] - mean) / deviation)
        return alone ** int(row["after"])
    # Between two starts lie so many figures on average (Siegmund 1985, of a cumulative sum).
    drift = (mean - ALLOWANCE) / deviation
    end = row["decision_interval"] / deviation + BEYOND_THE_END
    steps = -2 * drift * end
    return 0.0 if steps > 500 else 2 * drift**2 / (exp(steps) - steps - 1)


def _alone(row: Row, is_fall: bool, limit: float, truth: float) -> float:
    """How likely one figure of whole cases starts a warning though figures add up: of few cases the sum
    hardly ever gathers, and one figure passes it at once."""
    if row["decision_interval"] is None or row["rule"] != "threshold":
        return 0.0
    first = _first_evident(row, is_fall, limit, row["decision_interval"] + ALLOWANCE)
    return 0.0 if first is None else _tail(row, is_fall, truth, first)


def _median(judged: list[Row]) -> Row:
    """The area of median size."""
    middle = median(_size(row) for row in judged)
    return min(judged, key=lambda row: abs(_size(row) - middle))


def _size(row: Row) -> float:
    return float(row["count"] if row["noise"] == "count" else row["whole"])


def _see(row: Row) -> Iterator[Seen]:
    """What is seen at each end of a rule in one area."""
    figures = max(WITHIN // MONTHS[PeriodKind(row["period_kind"])], 1)
    for is_fall, limit in _ends(row):
        truth = None
        if row["after"] <= figures:
            truth = _nearest(row, is_fall, limit, _teller(row, is_fall, limit, figures))
        yield Seen(row["area_kind"], _size(row), is_fall, limit, truth)


def _teller(row: Row, is_fall: bool, limit: float, figures: int) -> Callable[[float], bool]:
    """Whether a truth beyond ``limit`` is told with ``PROBABILITY`` by so many figures.

    A stock and a year to date tell the same cases again: they have one chance, as has a change
    against the month before, of which a second one moves no more.
    """
    interval = row["decision_interval"]
    if row["rule"] != "change" and (interval is None or limit in (0, row["scale"])):
        # Where a limit is the end of what can be, one case beyond it is evidence.
        needed = row["distance"] if interval is None else interval + ALLOWANCE
        looks = 1 if interval is None else figures
        return _teller_of_one(row, is_fall, limit, needed, 1 - (1 - PROBABILITY) ** (1 / looks))
    if interval is None:
        threshold, spare = row["distance"], NORMAL.inv_cdf(PROBABILITY)
        if row["after"] > 1:
            return lambda truth: False
    else:
        threshold, spare = _needed(interval, row["after"], figures)

    def is_told(truth: float) -> bool:
        mean, deviation = _distances(row, is_fall, limit, truth)
        return bool(mean >= threshold + spare * deviation)

    return is_told


def _teller_of_one(
    row: Row, is_fall: bool, limit: float, needed: float, probability: float
) -> Callable[[float], bool]:
    """The same of one figure, whole cases counted: the first count that is evidence, its chance."""
    first = _first_evident(row, is_fall, limit, needed)
    return lambda truth: first is not None and _tail(row, is_fall, truth, first) >= probability


def _first_evident(row: Row, is_fall: bool, limit: float, needed: float) -> int | None:
    """The count nearest to what a limit expects that lies so far beyond it; None where none does."""
    sign = -1 if is_fall else 1
    near = _expected(row, limit)
    far = 0.0 if is_fall else row["whole"] if row["noise"] == "share" else 2 * near + 1e3
    if sign * _distance(row, limit, far) < needed:
        return None
    while abs(far - near) > 1e-6 * max(abs(far), abs(near), 1):
        middle = (near + far) / 2
        is_evident = sign * _distance(row, limit, middle) >= needed
        near, far = (near, middle) if is_evident else (middle, far)
    return floor(far) if is_fall else ceil(far)


def _tail(row: Row, is_fall: bool, truth: float, first: int) -> float:
    """How likely a count lies at ``first`` or beyond. Its distance is one without mid-P: the first count
    belongs to the tail as a whole."""
    sign = -1 if is_fall else 1
    return NORMAL.cdf(-sign * _distance(row, truth, first - sign / 2))


def _nearest(
    row: Row, is_fall: bool, limit: float, is_told: Callable[[float], bool]
) -> float | None:
    """The truth nearest to ``limit`` that is told; None where no truth is."""
    near, far = limit, _worst(row, is_fall, limit)
    if far is None:
        far = 2 * max(limit, 1.0)
        while not is_told(far):
            far *= 2
            if far > 1e6 * max(limit, 1.0):
                return None
    elif not is_told(far):
        return None
    for _ in range(40):
        middle = (near + far) / 2
        near, far = (near, middle) if is_told(middle) else (middle, far)
    return far


def _worst(row: Row, is_fall: bool, limit: float) -> float | None:
    """The worst that a truth can be; None where it has no end."""
    whole = {"threshold": row["scale"], "pace": 100 * row["scale"] / (row["due"] or 1)}
    if row["rule"] == "change":
        base = row["scale"] * row["count"] / row["whole"]
        per = 100 / base if row["measure"] == "percent" and base else 1.0
        top = (row["scale"] - base) * per if row["noise"] == "share" else None
        return -base * per if is_fall else top
    return 0.0 if is_fall else whole[row["rule"]] if row["noise"] == "share" else None


@cache
def _needed(interval: float, after: int, looks: int) -> tuple[float, float]:
    """The mean that distances need to be told when they add up: what it is without chance, and how
    many of their own deviations more."""
    low, high = 0.0, 20.0
    for _ in range(30):
        middle = (low + high) / 2
        told = _told(middle, interval, after, looks)
        low, high = (low, middle) if told >= PROBABILITY else (middle, high)
    threshold = ALLOWANCE + interval / looks
    return threshold, high - threshold


def _told(mean: float, interval: float, after: int, looks: int) -> float:
    """How likely a cumulative sum that stood at nothing is told within so many figures."""
    one = [NORMAL.inv_cdf((place + 0.5) / QUANTILES) for place in range(QUANTILES)]
    figures = np.meshgrid(*[np.array(one) + mean] * looks)
    told = np.zeros(figures[0].shape, dtype=bool)
    gathered, in_a_row = np.zeros(told.shape), np.zeros(told.shape)
    for figure in figures:
        gathered = np.maximum(gathered + figure - ALLOWANCE, 0)
        in_a_row = (in_a_row + 1) * ((gathered >= interval) & (figure > 0))
        told |= in_a_row >= after
    return float(told.mean())


def _ends(row: Row) -> Iterator[tuple[bool, float]]:
    """The yellow limits of a rule at the end of the period: whether a fall breaks it, the limit."""
    passed = 1.0
    if row["per"] == "year":
        passed = Period(row["period_start"], PeriodKind(row["period_kind"])).end.month / 12
    for name, is_fall in (("yellow_low", True), ("yellow_high", False)):
        if row[name] is not None:
            yield is_fall, row[name] * passed


def _distances(row: Row, is_fall: bool, limit: float, truth: float) -> tuple[float, float]:
    """Mean and deviation of how far figures of one truth lie beyond a limit, in deviations of a truth
    on the limit: by one deviation of the count to either side (and of the earlier one, of a change)."""
    sign = -1 if is_fall else 1
    count = _expected(row, truth)
    known = [count, row["count"]] if row["rule"] == "change" else [count]
    middle = sign * _distance(row, limit, *known)
    mean, variance = middle, 0.0
    for place, one in enumerate(known):
        spread = _spread(row, one)
        low, high = (
            sign
            * _distance(
                row,
                limit,
                *(max(moved, 0.0) if at == place else other for at, other in enumerate(known)),
            )
            for moved in (one - spread, one + spread)
        )
        mean += (low + high) / 2 - middle
        variance += ((high - low) / 2) ** 2
    return mean, max(sqrt(variance), 1e-9)


def _expected(row: Row, truth: float) -> float:
    """The count that a truth brings on average."""
    part = row["whole"] / row["scale"]
    if row["rule"] == "pace":
        return float(truth * row["due"] / 100 * part)
    if row["rule"] == "change":
        moved = truth / 100 * row["count"] if row["measure"] == "percent" else truth * part
        return float(row["count"] + moved)
    return float(truth * part)


def _spread(row: Row, count: float) -> float:
    """The standard deviation of a count of which so many are expected."""
    left = 1 - min(count / row["whole"], 1) if row["noise"] == "share" else 1.0
    return float(sqrt(max(count * left, 0.0)))


def _distance(row: Row, limit: float, count: float, then: float | None = None) -> float:
    """How far a count lies above a limit (``macros/noise.sql``; a test keeps both together)."""
    noise, whole, scale = row["noise"], row["whole"], row["scale"]
    if then is not None:
        return _distance_of_change(row, limit, count, then)
    if row["rule"] == "pace":
        limit = limit * row["due"] / 100
    if noise == "share":
        return _distance_from_share(count, whole, limit / scale)
    k = count + 0.5
    mean = max(limit * whole / scale, 1e-9)
    return float(3 * sqrt(k) * (1 - 1 / (9 * k) - (mean / k) ** (1 / 3)))


def _distance_from_share(count: float, whole: float, share: float) -> float:
    p = min(max(share, 1e-9), 1 - 1e-9)
    k, m = count + 0.5, max(whole - count, 0.0) + 0.5
    c = (k * (1 - p) / (m * p)) ** (1 / 3)
    return float(((1 - 1 / (9 * k)) * c - (1 - 1 / (9 * m))) / sqrt(c * c / (9 * k) + 1 / (9 * m)))


def _distance_of_change(row: Row, limit: float, count: float, then: float) -> float:
    in_percent, whole = row["measure"] == "percent", row["whole"]
    times = max(1 + limit / 100, 0.0) if in_percent else 1.0
    if row["noise"] != "share" and in_percent:
        return _distance_from_share(count, count + then, times / (times + 1))
    more = 0.0 if in_percent else limit / row["scale"]
    variance = sum(
        factor**2
        * (
            (one + 1) * (max(whole - one, 0.0) + 1) / (whole + 2) ** 3
            if row["noise"] == "share"
            else (one + 0.5) / whole**2
        )
        for one, factor in ((count, 1.0), (then, times))
    )
    return float((count / whole - times * then / whole - more) / sqrt(variance))
