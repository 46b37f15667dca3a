"""From series to the end of their year: forecasts with intervals, or the reasons for none.

Here: paths of all series of one length together, in less time than a model takes that is fitted to one
of them; how they are widened. Not here: what figures say of level, trend and seasons (``averaging``),
what series of a panel tell each other (``panels``), paths (``paths``), what happened once (``events``),
the second opinion that paths meet (``fitted``), the scale on which that is done (``scales``), when nothing
can be promised (``trust``), holidays without a fixed place (``holidays``), how periods make up a year
(``courses``), by how much paths are widened (``calibration``), which series are asked about (SQL,
``int_forecast_series``), the table of the answers (``forecast_table``).

Method: exponential smoothing in state-space form with additive errors (Hyndman, Koehler, Ord and
Snyder 2008), averaged over what its parameters may be, and half way towards one fitted model. Paths are
moved away from their middle as far as forecasts of this model, this length and this horizon have to be to
hold what they say, and the interval holds the middle share of them. A year to date is forecast by its
increments or, a ratio of two flows, by its periods' own ratios, with which each path goes on from the
newest figure. Past 200 lines by what is asked and told.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from kinhbac.digits import settled
from kinhbac.forecast.averaging import Numbers, learn
from kinhbac.forecast.calibration import widening_of
from kinhbac.forecast.courses import Weights, go_on
from kinhbac.forecast.events import Event, find_events, set_aside
from kinhbac.forecast.fitted import meet
from kinhbac.forecast.holidays import are_odd, draw_holidays, pass_over, share_of_usual
from kinhbac.forecast.panels import find_panels, in_turn, share_of_expected
from kinhbac.forecast.paths import SEED, deviations, draw_paths
from kinhbac.forecast.scales import FREE, Bounds, Scale, scale_of
from kinhbac.forecast.trust import has_just_broken, have_untold_season, tells_season

CONFIDENCE = 80.0
"""Percent of the simulated paths that an interval holds."""
PATHS = 400
TOGETHER = 250
"""Series at once: what is known of more of them does not stay in a processor's cache."""
YEARS = {12: 2, 4: 3}
"""Whole years of months, and of quarters, without a gap that a forecast needs: eight quarters tell no walk
from a trend, and whoever holds the one loses the other."""
Gap = Literal["too_short", "constant", "seasonal", "broken", "failed"]


@dataclass(frozen=True)
class Path:
    """Figures of the periods to come: middle, low and high end, and how they were found."""

    middle: Numbers
    low: Numbers
    high: Numbers
    method: str


class Asked(NamedTuple):
    """A series, the periods of its year, and how many periods to come are asked for.

    With ``added_to`` the series are increments that add up from that figure on; ``bounds.least``
    then bounds what is added, ``bounds.most`` the whole. With ``weights`` beside it they are ratios,
    of which that figure is the mean so far. ``moving`` marks periods, of the series and then of
    those to come, that a holiday without a fixed place may fall into. Series of one ``panel`` (communes
    of one indicator) that know as many periods tell each other of their kind. Units are those of the
    series.
    """

    series: Numbers
    seasons: int
    horizon: int
    added_to: float | None = None
    bounds: Bounds = FREE
    weights: Weights | None = None
    moving: NDArray[np.bool_] | None = None
    panel: str | None = None

    @property
    def own_bounds(self) -> Bounds:
        """What a period may be; what a total may be at most is said of the whole."""
        adds_up = self.added_to is not None and self.weights is None
        return Bounds(self.bounds.least) if adds_up else self.bounds

    @property
    def holidays(self) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
        """Which known periods, and which of those to come, a holiday may fall into."""
        size = self.series.size
        moving = self.moving
        if moving is None:
            moving = np.zeros(size + self.horizon, dtype=bool)
        return moving[:size], moving[size:]


class Read(NamedTuple):
    """A series on the scale of its models, as if what happened to it once had not happened."""

    asked: Asked
    scale: Scale
    figures: Numbers
    event: Event | None


def forecast_each(asked: Sequence[Asked]) -> list[Path | Gap]:
    """A forecast of each series, or why it does not allow one, in their order.

    Every figure of a path keeps its bounds: nobody is born less than nought times. What is said of a
    series depends on those of its panel, and on no others that stand beside it.
    """
    told: dict[int, Path | Gap] = {}
    alike: dict[tuple[int, int, int], list[int]] = defaultdict(list)
    for place, one in enumerate(asked):
        gap = _gap(one)
        if gap:
            told[place] = gap
        else:
            alike[one.series.size, one.seasons, one.horizon].append(place)
    for (_, seasons, _), every in alike.items():
        read = dict(zip(every, _read([asked[place] for place in every]), strict=True))
        figures = np.array([one.figures for one in read.values()])
        panels = find_panels([asked[place].panel for place in every])
        untold = have_untold_season(figures, seasons, panels)
        told |= {place: "seasonal" for place, own in zip(every, untold, strict=True) if own}
        left = [place for place, own in zip(every, untold, strict=True) if not own]
        for rows in in_turn(find_panels([asked[place].panel for place in left]), TOGETHER):
            places = [left[row] for row in rows]
            found = _forecast_alike([read[place] for place in places])
            told |= zip(places, found, strict=True)
    return [told[place] for place in range(len(asked))]


def _gap(one: Asked) -> Gap | None:
    """What keeps a series from being forecast before any other is looked at."""
    if one.series.size < YEARS.get(one.seasons, 2) * one.seasons:
        return "too_short"
    near = np.ptp(one.series) <= 1e-9 * np.abs(one.series).max()
    alike = near and len({settled(figure) for figure in one.series.tolist()}) == 1
    return "constant" if alike else None


def _read(asked: Sequence[Asked]) -> list[Read]:
    """Series of one length and kind of year, on their scales, and what happened to each set aside."""
    scales = [scale_of(one.series, one.own_bounds) for one in asked]
    scaled = [scale.onto(one.series) for one, scale in zip(asked, scales, strict=True)]
    moving = np.array([one.holidays[0] for one in asked])
    events = find_events(np.array(scaled), asked[0].seasons, moving)
    return [
        Read(one, scale, set_aside(figures, event) if event else figures, event)
        for one, scale, figures, event in zip(asked, scales, scaled, events, strict=True)
    ]


def _forecast_alike(read: Sequence[Read]) -> list[Path | Gap]:
    """Forecasts of series of one length, one kind of year and one horizon, of whole panels."""
    asked = [one.asked for one in read]
    seasons, horizon = asked[0].seasons, asked[0].horizon
    scaled = np.array([one.figures for one in read])
    moving = [one.holidays for one in asked]
    odd: dict[int, Numbers] = {}
    if tells_season(scaled.shape[1], seasons):
        for place, (past, _) in enumerate(moving):
            line = pass_over(scaled[place], past, seasons)
            if line is not None:
                odd[place], scaled[place] = (scaled[place] - line)[past], line
    panels = find_panels([one.panel for one in asked])
    learned = learn(scaled, seasons, panels=panels)
    broken = _are_broken(asked, learned.errors, seasons)
    for place, (own, (past, _)) in enumerate(zip(learned.errors, moving, strict=True)):
        if place not in odd and are_odd(own, past):
            odd[place] = own[past]
    usual = np.ones(len(asked))
    for place in odd:
        usual[place] = share_of_usual(learned.errors[place], moving[place][0])
    names = learned.names
    # Of series alone it was found what models miss; who has heard others misses as much less.
    share = share_of_expected(learned.heard)[:, None]
    alone, heard = (
        np.array([widening_of(name, seasons, scaled.shape[1], horizon, of) for name in names])
        for of in ("alone", "panel")
    )
    add_up = np.array([one.added_to is not None for one in asked])
    paths = _widen(
        meet(draw_paths(learned, usual, horizon, PATHS), learned, scaled, usual, add_up),
        alone**share * heard ** (1 - share),
        deviations(horizon, PATHS, 2 + seasons)[-1],
    )
    happened = {place: one.event for place, one in enumerate(read) if one.event}
    for place, event in happened.items():
        paths[place] += event.unsure * deviations(1, PATHS, 0)[0]
    for place, off in odd.items():
        paths[place] += draw_holidays(off, moving[place][1], PATHS, SEED)
    with np.errstate(over="ignore", invalid="ignore"):
        for place, (one, scale, *_) in enumerate(read):
            own = scale.back(paths[place])
            if one.added_to is not None:
                own = go_on(one.added_to, own, one.weights)
                own = np.minimum(own, np.inf if one.bounds.most is None else one.bounds.most)
            paths[place] = own
    tail = (100 - CONFIDENCE) / 2
    low, middle, high = np.percentile(paths, [tail, 50, 100 - tail], axis=2)
    finite = np.asarray(np.isfinite(paths).all(axis=(1, 2)))
    told: list[Path | Gap] = []
    for place, name in enumerate(names):
        if broken[place]:
            told.append("broken")
        elif finite[place]:
            others = round(learned.heard[place])
            method = f"ETS {name}, {PATHS} paths" + f", {others} others heard" * bool(others)
            if place in happened:
                method += f", {happened[place].said}"
            told.append(Path(middle[place], low[place], high[place], method))
        else:
            told.append("failed")
    return told


def _are_broken(asked: Sequence[Asked], errors: Numbers, seasons: int) -> NDArray[np.bool_]:
    """Which series have broken on their scale, and without one. A straight line down to nought bends as
    square roots: there it is the scale that parts from it, not the figures from their past."""
    own = [one.holidays[0] for one in asked]
    broken = np.array([has_just_broken(*each) for each in zip(errors, own, strict=True)])
    suspected = np.flatnonzero(broken).tolist()
    if suspected:
        plain = learn(np.array([asked[place].series for place in suspected]), seasons).errors
        for place, without in zip(suspected, plain, strict=True):
            broken[place] = has_just_broken(without, own[place])
    return broken


def _widen(paths: Numbers, widening: Numbers, chance: Numbers) -> Numbers:
    """Paths (series × periods × paths) with so many times their deviation in each period (series ×
    periods), around the same middle.

    What a model misses (a trend that was taken for a level) it misses in all periods to come: a path
    moves as a whole, to one side, by its own of the deviations ``chance``, and what adds up along it moves
    with it. Each path's mirror image moves to the other side. A factor below one draws each period in.
    """
    middle = paths.mean(axis=2, keepdims=True)
    paths = middle + np.minimum(widening, 1)[:, :, None] * (paths - middle)
    missed = np.sqrt(np.maximum(widening**2 - 1, 0)) * paths.std(axis=2)
    return np.asarray(paths + missed[:, :, None] * chance)
