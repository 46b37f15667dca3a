"""Level, trend and season of which nobody knows how fast they move: what the figures allow.

Here: of many series of one length at once, how probable each choice of smoothing parameters is, with
a trend and without, with seasons and without, and where level, trend and seasons stand by each of
them. Not here: what series of a panel tell each other (``panels``), paths drawn from all of them
(``paths``), scales, trust, courses and calibration.

The models are simple and trend exponential smoothing in state-space form with additive errors
(Hyndman, Koehler, Ord and Snyder 2008), around seasons that stay the same. One fitted model knows
nothing of what else might have brought the same figures: a level that moves a little looks like one
that stands still, a drift like a walk, three years of a season like a level that comes and goes. So
parameters lie on a grid, and each choice weighs as much as its likelihood and what was to be expected
before (Bayesian averaging over models; Hoeting, Madigan, Raftery and Volinsky 1999; of smoothing
parameters, Forbes, Snyder and Shami 2000). Errors of a linear innovations model are linear in its
first level and trend and in its seasons: these and the errors' variance are integrated out as in a
regression (a flat prior of the level, normal ones of trend and seasons, in spreads of the errors; Student's
t with a degree of freedom less than figures), so that no optimiser is needed and all series stand in one
array. Past 200 lines, because priors and the algebra that weighs them are read together.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from kinhbac.forecast.panels import count_others, weigh_alone, weigh_together
from kinhbac.forecast.trust import MONTHS, tells_season

Numbers = NDArray[np.float64]

ROUNDING = 1e-9
"""Of the largest figure of a series: an error of a model below that is one of its arithmetic."""
DRAWN_IN = 1e-4
"""Of the range of a series: what lies off it by less was drawn in by a prior, which of a straight line
leaves a hundred-thousandth."""
STEPS = 20
"""Of the grid of the level's smoothing parameter, finer towards nought."""
STANDS_STILL = {False: 0.75, True: 0.85}
"""Prior probability that a level hardly moves from month to month, without a trend and with one. Of
those that do, the square root of the smoothing parameter is as likely to be anything."""
STANDS_STILL_LONGER = {False: 0.7, True: 0.85}
"""The same from quarter to quarter: what moves has moved three times as long, and noise cancels out."""
WANDERS_ALONG = 0.7
"""Prior probability that the level moves which a gentle trend of months without seasons goes on from: most
of what wanders drifts, and few years tell whether it does."""
SHARES = (0.0, 0.15)
"""Smoothing parameters of a trend, as shares of the level's."""
KEEPS = 0.95
"""Prior probability that a trend keeps its slope."""
RISES = {1: (0.5,), 4: (0.06, 0.25), 12: (0.4, 0.3)}
"""Prior probability of a trend without seasons and with them, by the periods of a year; of years
themselves nothing was tried."""
SLOPES = {1.6: 0.9, 8.0: 0.06, 50.0: 0.04}
"""What a trend adds in a year, in standard deviations of the errors of a period, and how probable that is
before: its slope has a normal curve of this deviation, times its square, as prior (a moment prior: Johnson
and Rossell 2010). A trend that adds next to nothing is none, and what wanders looks like a small one. Steep
ones keep their slope: what is far above its noise shows where it bends."""
HAS_SEASONS = {4: 0.2, 12: 0.5}
"""Prior probability that a year has seasons, by how many it may have: twelve are rarely chance's work."""
SEASONS = {1.0: 0.12, 2.0: 0.2, 5.0: 0.32, 25.0: 0.32, 125.0: 0.04}
"""What they deviate by, in standard deviations of the errors, and how probable that is before: each is
drawn from a normal curve of that deviation, so that weak ones are drawn in."""
SURE = 0.95
"""Probability from which on a series has a trend for sure."""
TRENDS = ("N", "Ad", "A")
"""Without a trend, with one that may be, with one for sure, in the names of models."""
KINDS = ("", "-moving", "-wandering", "-steep")
"""What else their names say."""
MOVES, WANDERS = 0.08, 0.5
"""Expected smoothing parameters beyond which a level is one that moves, and one that wanders, and calibrated
as such."""


class Grid(NamedTuple):
    """Choices of smoothing parameters, of what a trend adds in a year and by how much a year's seasons
    differ (their deviations in spreads, nought: not at all), and their prior probabilities."""

    alpha: Numbers
    beta: Numbers
    slope: Numbers
    season: Numbers
    prior: Numbers

    @property
    def has_trend(self) -> NDArray[np.bool_]:
        """Which choices have one."""
        return self.slope > 0


@cache
def grid_of_all(seasons: int, tells_season: bool) -> Grid:
    """Every level with no trend, and with one that keeps its slope or does not; each with no season
    and, where these can be told, with weak to strong ones."""
    edges = np.linspace(0, 1, STEPS + 1) ** 2
    alphas = (edges[1:] + edges[:-1]) / 2
    gentle, *steep = SLOPES
    moves = (1 - KEEPS) / (len(SHARES) - 1)
    trends = [(share, gentle, SLOPES[gentle] * (moves if share else KEEPS)) for share in SHARES]
    trends += [(0.0, slope, SLOPES[slope]) for slope in steep]
    has, rises = HAS_SEASONS[seasons] if tells_season else 0.0, RISES[seasons]
    years = [(0.0, 1 - has, rises[0])]
    if tells_season:
        years += [(season, has * share, rises[1]) for season, share in SEASONS.items()]
    kinds = [
        (share, slope, season, own * prior * (rising if slope else 1 - rising))
        for season, own, rising in years
        for share, slope, prior in [(0.0, 0.0, 1.0), *trends]
    ]
    return Grid(
        np.concatenate([alphas for _ in kinds]),
        np.concatenate([alphas * share for share, *_ in kinds]),
        np.repeat([slope for _, slope, *_ in kinds], STEPS),
        np.repeat([season for *_, season, _ in kinds], STEPS),
        np.concatenate(
            [prior * _of_levels(slope, season, seasons) for _, slope, season, prior in kinds]
        ),
    )  # fmt: skip


def _of_levels(slope: float, season: float, seasons: int) -> Numbers:
    """Prior probabilities of the level's smoothing parameters: the first one stands still."""
    still = (STANDS_STILL if seasons == MONTHS else STANDS_STILL_LONGER)[slope > 0]
    if slope == min(SLOPES) and not season and seasons == MONTHS:
        still = 1 - WANDERS_ALONG
    others = STEPS - 1
    return np.array([still, *[(1 - still) / others] * others])


class Learned(NamedTuple):
    """What n series say of c choices: probability of each (n × c), sums of squared errors (n × c),
    where level, trend and each season to come stand (states × n × c) and how uncertain they are
    (c × states × states, a square root of their covariance, in spreads); of the most probable
    choice, errors one period ahead (n × periods); and how many independent others of its panel each has
    heard (n)."""

    grid: Grid
    probability: Numbers
    squares: Numbers
    states: Numbers
    uncertain: Numbers
    errors: Numbers
    heard: Numbers

    @property
    def has_trend(self) -> Numbers:
        """Probability of a trend of each series."""
        return np.asarray(self.probability[:, self.grid.has_trend].sum(axis=1))

    @property
    def has_season(self) -> Numbers:
        """Probability of seasons of each series."""
        return np.asarray(self.probability[:, self.grid.season > 0].sum(axis=1))

    @property
    def expected_year(self) -> Numbers:
        """Seasons to come (n × seasons, the next one first) of series that more probably have some than
        not, as those expect that have them; nought of the others."""
        chosen, has = self.grid.season > 0, self.has_season
        share = np.where((has > 0.5)[:, None], self.probability[:, chosen], 0.0)
        seasons = np.einsum("nc,snc->ns", share, self.states[2:, :, chosen])
        return np.asarray(seasons / np.maximum(has, 0.5)[:, None])

    @property
    def names(self) -> list[str]:
        """The most probable model of each series, whether its trend is sure (``AAN``, else ``AAdN``: a
        damped one may be as good), and whether its level is expected to move (``AAN-moving``) or to wander
        (``AAN-wandering``, of months): what has moved may have moved more than the figures show, and what wanders may
        drift; else whether it is a line far above its noise (``AAN-steep``), of which figures show all."""
        steep = self.probability[:, self.grid.slope > min(SLOPES)].sum(axis=1) > SURE
        expected = (self.probability * self.grid.alpha).sum(axis=1)
        # Half of the quarters that wander look as if they only moved: they are not told apart.
        of_months = self.states.shape[0] - 2 == MONTHS
        moves = np.digitize(expected, (MOVES, WANDERS) if of_months else (MOVES,))
        told = zip(
            np.digitize(self.has_trend, (0.5, SURE)).tolist(),
            (self.has_season > 0.5).tolist(),
            np.where(moves > 0, moves, np.where(steep, 3, 0)).tolist(),
            strict=True,
        )
        return [f"A{TRENDS[trend]}{'NA'[seasonal]}{KINDS[kind]}" for trend, seasonal, kind in told]


def learn(
    series: Numbers,
    seasons: int = 1,
    grid: Grid | None = None,
    panels: Sequence[list[int]] = (),
) -> Learned:
    """What n series × periods say of the choices of a grid, by default of all that a year of so many
    ``seasons`` has; those of one of the ``panels`` (their rows) say it to each other."""
    count, periods = series.shape
    grid = grid or grid_of_all(seasons, tells_season(periods, seasons))
    first = series[:, :1]  # squares of levels would hide those of errors
    starts = _starts(periods, seasons)
    smoothers, of_choice = np.unique(
        np.column_stack([grid.alpha, grid.beta]), axis=0, return_inverse=True
    )
    both, ends = _smooth(np.hstack([(series - first).T, starts]), *smoothers.T)
    errors, answers = both[..., :count], both[..., count:]
    # A smoother is linear: what it misses of figures is a sum of what it misses of each start.
    has = np.ones((grid.alpha.size, starts.shape[1]), dtype=bool)
    has[:, 1], has[:, 2:] = grid.has_trend, (grid.season > 0)[:, None]
    own = has[:, :, None] & has[:, None, :]
    expected = np.where(grid.season > 0, grid.season, 1.0) ** -2.0
    slope = np.where(grid.has_trend, grid.slope / seasons, 1.0)
    products = np.where(own, (answers.transpose(0, 2, 1) @ answers)[of_choice], 0.0)
    every = np.arange(starts.shape[1])
    known = np.where(every > 1, expected[:, None], np.where(every == 1, slope[:, None] ** -2, 0.0))
    products[:, every, every] += np.where(has, known, 1.0)
    inverse: Numbers = np.where(own, np.linalg.inv(products), 0.0)
    answered = (answers.transpose(0, 2, 1) @ errors)[of_choice]
    began = inverse @ answered
    largest = np.maximum(np.abs(series).max(axis=1), 1e-140)
    least = np.maximum(ROUNDING * largest, DRAWN_IN * np.ptp(series, axis=1))
    squares = (errors * errors).sum(axis=1)[of_choice] - (began * answered).sum(axis=1)
    squares = np.maximum(squares, (ROUNDING * largest) ** 2)
    weight = (
        -np.log(slope)
        + np.where(grid.season > 0, seasons / 2 * np.log(expected), 0)
        - np.linalg.slogdet(products)[1] / 2
    )[:, None] - (periods - 1) / 2 * np.log(squares)
    rises = began[:, 1] ** 2 * (periods - 1) / squares + inverse[:, 1, 1, None]  # its mean square
    weight += np.log(np.where(grid.has_trend[:, None], rises / slope[:, None] ** 2, 1.0))
    likely = np.exp(weight - weight.max(axis=0)).T
    probability, heard = weigh_alone(likely, grid.prior), np.zeros(count)

    def missed(of: list[int]) -> Numbers:
        """By the most probable choice of these series."""
        best = probability[of].argmax(axis=1)
        told = np.einsum("ntk,nk->nt", answers[of_choice[best]], began[best, :, of])
        own = errors[of_choice[best], :, of] - told
        return np.where(np.abs(own) > least[of, None], own, 0.0)

    for panel in [each for each in panels if len(each) > 1]:
        heard[panel] = count_others(missed(panel))
        probability[panel] = weigh_together(likely[panel], grid.prior, heard[panel[0]])
    # A line goes on as it began but for what the smoother made of it, a season as it is.
    leads = np.tile(np.eye(starts.shape[1]), (smoothers.shape[0], 1, 1))
    leads[:, 0, 1] = periods
    leads[:, :2] -= ends[..., count:]
    leads = leads[of_choice]
    states = leads @ began
    states[:, :2] += ends[of_choice, :, :count]
    states[:, 0] += first[:, 0]
    return Learned(
        grid,
        probability,
        squares.T,
        states.transpose(1, 2, 0),
        leads @ _roots(inverse, has),
        missed([*range(count)]),
        heard,
    )


def _starts(periods: int, seasons: int) -> Numbers:
    """What is seen (periods × states) of a first level of one, of a trend of one a period, and of each
    season, the next one to come first."""
    time = np.arange(1, periods + 1)
    place = (time - 1 - periods) % seasons
    return np.column_stack([np.ones(periods), time, place[:, None] == np.arange(seasons)])


def _roots(covariances: Numbers, has: NDArray[np.bool_]) -> Numbers:
    """Lower triangles whose squares these are; of what a choice does not have nought."""
    every = np.arange(has.shape[1])
    filled = covariances.copy()
    filled[:, every, every] += ~has
    return np.where(has[:, :, None], np.linalg.cholesky(filled), 0.0)


def _smooth(figures: Numbers, alpha: Numbers, beta: Numbers) -> tuple[Numbers, Numbers]:
    """Errors one period ahead (smoothers × periods × series) of figures (periods × series) from a
    level and trend of nought, and where both end (smoothers × 2 × series)."""
    alpha, beta = alpha[:, None], beta[:, None]
    level, trend = np.zeros((2, alpha.size, figures.shape[1]))
    errors = np.empty((alpha.size, *figures.shape))
    for period, known in enumerate(figures):
        expected = level + trend
        errors[:, period] = known - expected
        level = expected + alpha * errors[:, period]
        trend = trend + beta * errors[:, period]
    return errors, np.stack([level, trend], axis=1)
