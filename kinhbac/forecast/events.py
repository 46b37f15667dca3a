"""What happened once: a step of the level, or a figure far off, set aside before a series is forecast.

Here: whether a series tells of one, the series as if it had not happened, and what is left uncertain. Not
here: what happens in the newest periods, of which nobody knows whether it stays (``trust``), holidays
(``holidays``).

A model of what moves answers a step or an odd figure by expecting more of them: its intervals are twice as
wide as what comes. So a line, even or rising, with seasons or without, and with one event, is set beside all
that moves and knows of none (outliers and level shifts as of Chen and Liu 1993, looked for at every
place). Where its AICc is less by far, it is the event that happened, and nothing moves.
"""

from __future__ import annotations

from functools import cache
from itertools import product
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from kinhbac.forecast.averaging import Numbers
from kinhbac.forecast.fitted import CHOICES, fit, model_of, weigh
from kinhbac.forecast.trust import tells_season

CLEARLY = 18.0
"""By how much less the AICc with an event has to be, of which there are many to choose from: chance finds
one in one or two of a thousand levels, and a step in at most sixteen of a thousand that move."""
SETTLED = 6
"""Figures before a step and after it, without which it may pass as it came."""
NEWEST = 3
"""Newest figures, which may be the first of many."""
NOTHING = 1e-6
"""Share of an event below which noise is rounding."""


class Event(NamedTuple):
    """What happened, how many periods ago it began, by how much (on the scale of the models), and the
    deviation of where the level stands that a model does not know of, which is told the figures before."""

    kind: Literal["step", "outlier"]
    ago: int
    size: float
    unsure: float

    @property
    def said(self) -> str:
        """As a forecast names it."""
        return f"{self.kind} {self.ago} periods ago set aside"


class Design(NamedTuple):
    """What a series is made of but for its noise: what is left of figures without it (periods × periods),
    what is left of each event (events × periods), and how many of its parts are fitted."""

    left: Numbers
    events: Numbers
    fitted: int


class Found(NamedTuple):
    """By one design, of each of n series: AICc without an event and with the best, and its place among
    ``_events``, its size, and the deviation of the noise."""

    without: Numbers
    aicc: Numbers
    place: NDArray[np.int_]
    size: Numbers
    noise: Numbers


def find_events(series: Numbers, seasons: int, moving: NDArray[np.bool_]) -> list[Event | None]:
    """The event of each of n series × periods that tells of one. ``moving`` (n × periods) marks what a
    holiday may fall into: what is odd there is no event."""
    periods = series.shape[1]
    if periods < 2 * SETTLED:
        return [None] * len(series)
    events = _events(periods)
    allowed = np.array([[kind == "step" or not own[at] for kind, at in events] for own in moving])
    years = (1, seasons) if tells_season(periods, seasons) else (1,)
    designs = [_design(periods, year, rising) for year, rising in product(years, (False, True))]
    found = [_look(series, design, allowed) for design in designs]
    with_event = np.array([one.aicc for one in found])
    best, least = with_event.argmin(axis=0), with_event.min(axis=0)
    clear = np.flatnonzero(least < np.min([one.without for one in found], axis=0) - CLEARLY)
    if clear.size:
        moves = np.min([_move(series[clear], design) for design in designs], axis=0)
        clear = clear[least[clear] < moves - CLEARLY]
    told: list[Event | None] = [None] * len(series)
    for row in clear.tolist():
        own = found[best[row]]
        if own.noise[row] <= NOTHING * abs(own.size[row]):
            continue  # nothing else happened: there is no noise to tell an event from
        kind, at = events[own.place[row]]
        after = periods - at
        share = 1 / after - 1 / periods if kind == "step" else 0.0
        unsure = float(own.noise[row] * np.sqrt(share))
        told[row] = Event(kind, after, float(own.size[row]), unsure)
    return told


def set_aside(series: Numbers, event: Event) -> Numbers:
    """A series as if the event had not happened: what was before a step is lifted to where it is now."""
    told, at = series.copy(), series.size - event.ago
    if event.kind == "step":
        told[:at] += event.size
    else:
        told[at] -= event.size
    return told


def _look(series: Numbers, design: Design, allowed: NDArray[np.bool_]) -> Found:
    periods = series.shape[1]
    bare = series @ design.left
    squares, lengths = (bare**2).sum(axis=1), (design.events**2).sum(axis=1)
    along = bare @ design.events.T
    gains = np.where(allowed, along**2 / lengths, 0.0)
    rows, place = np.arange(len(series)), gains.argmax(axis=1)
    least = np.maximum(squares - gains[rows, place], 0.0)
    told = design.fitted + 2  # of an event its place and its size
    noise = np.sqrt(least / (periods - told))
    size = along[rows, place] / lengths[place]
    without = weigh(squares, periods, design.fitted)
    return Found(without, weigh(least, periods, told), place, size, noise)


def _move(series: Numbers, design: Design) -> Numbers:
    """AICc of what moves, of each series, once a design is taken off."""
    periods, bare = series.shape[1], series @ design.left
    told = [
        weigh(fit(bare, model_of(kind, periods, 1)).squares, periods, fitted + design.fitted - 1)
        for kind, (_, fitted) in CHOICES.items()
    ]
    return np.asarray(np.min(told, axis=0))


def _events(periods: int) -> list[tuple[Literal["step", "outlier"], int]]:
    """What may have happened, and at which period."""
    return [
        *(("step", at) for at in range(SETTLED, periods - SETTLED + 1)),
        *(("outlier", at) for at in range(periods - NEWEST)),
    ]


@cache
def _design(periods: int, seasons: int, rising: bool) -> Design:
    time = np.arange(periods)
    known = np.column_stack([np.eye(seasons)[time % seasons], *[time] * rising])
    left = np.eye(periods) - known @ np.linalg.pinv(known)
    events = [time >= at if kind == "step" else time == at for kind, at in _events(periods)]
    return Design(left, np.array(events) @ left, known.shape[1])
