"""What is aimed at and what is warned of: targets, thresholds, pace, change, staleness.

Here: the shape of ``target`` and ``warn`` in ``indicators.yml``, and the limits that follow
for each rule. Not here: whether a figure breaks one (SQL, ``int_warning_figures``), what is
done about it (``responses``). Past 200 lines because the shape of each rule, its mistakes and
its limits are read together.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, model_validator

from kinhbac.registry.declared.entries import Entry
from kinhbac.registry.declared.evidence import EVIDENCE, decision_interval_of, distance_of

Direction = Literal["higher_is_better", "lower_is_better", "neutral"]
Rule = Literal["threshold", "pace", "change", "stale"]
Band = tuple[float, float]
"""Both ends of what is allowed; for figures that may be too high and too low."""


def _target(value: object) -> object:
    return {"value": value} if isinstance(value, int | float) else value


class Target(Entry):
    """What an indicator should be in one year, and who decided so."""

    value: float | None = Field(None, description="for every area that is not named")
    areas: dict[str, float] = Field({}, description="area: its own target")
    decision: str | None = Field(None, description="the decision that set it")

    @model_validator(mode="after")
    def _says_something(self) -> Target:
        if self.value is None and not self.areas:
            raise ValueError("a target has a value, or areas with values of their own")
        return self


Targets = dict[int, Annotated[Target, BeforeValidator(_target)]]
"""``{2026: 98}`` or ``{2026: {value: 98, areas: {"07210": 95}, decision: …}}``."""


class Alert(Entry):
    """When a warning starts and when it ends."""

    after: int = Field(1, ge=1, le=12, description="periods in a row before a warning starts")
    clear_margin: float | None = Field(
        None,
        ge=0,
        description="how far on the good side of the limit a warning ends; left out: a tenth of "
        "the way from yellow to red, so that a figure on the limit does not come and go",
    )

    evidence: Annotated[float, Field(ge=0.5, lt=1)] | Literal["none"] = Field(
        EVIDENCE,
        description="how sure it must be that the truth behind a counted figure lies beyond the "
        "limit; none: the figure itself is judged, as it is where its noise is not known",
    )

    def margin(self, gap: float) -> float:
        """How far on the good side of a limit a warning ends, of limits that lie ``gap`` apart."""
        return gap / 10 if self.clear_margin is None else self.clear_margin

    def distance(self, looks: int = 1) -> float | None:
        """How many standard deviations beyond a limit are evidence, where figures that run on are
        looked at so many times a year; None where none is asked."""
        return None if self.evidence == "none" else distance_of(self.evidence, looks)

    def chance(self, looks: int = 1) -> float | None:
        """How likely a truth on the limit starts a warning in one period, where a year of figures
        that run on has so many; None where no evidence is asked for."""
        return None if self.evidence == "none" else (1 - self.evidence) / looks

    def decision_interval(self, gathers: bool) -> float | None:
        """How high the evidence of several figures must stand; None where it does not add up."""
        if self.evidence == "none" or not gathers:
            return None
        return decision_interval_of(self.evidence)


class Pace(Alert):
    """Where the year should stand by now, and how far behind is too far.

    The limits are percent of where it should stand.
    """

    path: Literal["even"] | dict[int, float] = Field(
        "even", description="even: 1/12 a month; or month: percent of the target by its end"
    )
    yellow: float = Field(95, gt=0)
    red: float = Field(80, gt=0)

    @model_validator(mode="after")
    def _leads_to_the_target(self) -> Pace:
        if isinstance(self.path, dict):
            months, shares = list(self.path), list(self.path.values())
            if months != sorted(months) or months[-1:] != [12] or months[0] < 1:
                raise ValueError("a path names months from 1 to 12, in order, and ends with 12")
            if shares != sorted(shares) or shares[-1] != 100 or shares[0] < 0:
                raise ValueError("a path rises from month to month and ends at 100")
        if self.yellow == self.red:
            raise ValueError("yellow and red are the same")
        return self


class Change(Alert):
    """How far a figure may move; for the worse, or either way where neither is better."""

    against: Literal["previous", "last_year"] = "previous"
    measure: Literal["unit", "percent"] = Field(
        "percent", description="percent of the earlier figure, or in the indicator's own unit"
    )
    yellow: float = Field(gt=0)
    red: float = Field(gt=0)

    @model_validator(mode="after")
    def _in_order(self) -> Change:
        if self.yellow >= self.red:
            raise ValueError("red is further than yellow")
        return self


class Stale(Entry):
    """After how many due periods without a sound figure an indicator is called stale."""

    yellow: int = Field(2, ge=1)
    red: int = Field(4, ge=2)

    @model_validator(mode="after")
    def _in_order(self) -> Stale:
        if self.yellow >= self.red:
            raise ValueError("red is later than yellow")
        return self


class Warn(Alert):
    """Where colours change, and what else is warned of.

    The better side of yellow is green, the worse side of red is red. A pair is a band:
    inside yellow is green, outside red is red.
    """

    yellow: float | Band | None = None
    red: float | Band | None = None
    per: Literal["year"] | None = Field(
        None,
        description="over how long the limits are: «year» holds a count that runs on from January "
        "against the part of them that the year has come to",
    )
    pace: Pace | None = None
    change: Change | None = None
    stale: Stale = Stale()

    @model_validator(mode="after")
    def _both(self) -> Warn:
        if (self.yellow is None) != (self.red is None):
            raise ValueError("yellow and red stand together")
        if isinstance(self.yellow, tuple) != isinstance(self.red, tuple):
            raise ValueError("both are figures, or both are bands")
        if isinstance(self.yellow, tuple) and isinstance(self.red, tuple):
            (low, high), (lowest, highest) = self.yellow, self.red
            if not lowest < low < high < highest:
                raise ValueError("the red band lies around the yellow one: red < yellow < red")
        if self.per and self.yellow is None:
            raise ValueError("«per» says over how long yellow and red are: write them")
        if self.yellow is None and not (self.pace or self.change):
            raise ValueError("nothing is warned of: write yellow and red, pace, or change")
        return self


def find_mistakes(warn: Warn, direction: Direction, targets: Targets) -> Iterator[str]:
    """What of ``warn`` cannot be right for this direction and these targets."""
    if warn.yellow is not None and isinstance(warn.yellow, tuple) != (direction == "neutral"):
        yield (
            "a neutral indicator has bands («yellow: [low, high]»), one with a direction has "
            "single thresholds"
        )
    elif isinstance(warn.yellow, float) and isinstance(warn.red, float):
        if warn.yellow == warn.red:
            yield "yellow and red are the same"
        elif (warn.yellow > warn.red) != (direction == "higher_is_better"):
            yield "yellow and red stand the wrong way round for this direction"
    if warn.pace:
        if not targets:
            yield "a pace leads to a target: write «target»"
        if direction == "neutral":
            yield "a pace needs a direction"
        elif (warn.pace.yellow > warn.pace.red) != (direction == "higher_is_better"):
            yield "yellow and red of the pace stand the wrong way round for this direction"


@dataclass(frozen=True)
class Limits:
    """The limits of one rule; a figure below a low or above a high one breaks it."""

    rule: Rule
    yellow_low: float | None = None
    yellow_high: float | None = None
    red_low: float | None = None
    red_high: float | None = None
    after: int = 1
    clear_margin: float = 0.0
    against: str | None = None
    measure: str | None = None
    per: str | None = None
    distance: float | None = None
    decision_interval: float | None = None
    chance: float | None = None


def limits_of(
    warn: Warn, direction: Direction, looks: int = 1, gathers: bool = False
) -> Iterator[Limits]:
    """The limits of every rule that ``warn`` declares. ``looks``: how many periods a year has;
    ``gathers``: whether each of them counts cases of its own, so that their evidence adds up."""
    runs_on = looks if warn.per else 1
    distance, chance = warn.distance(runs_on), warn.chance(runs_on)
    interval = warn.decision_interval(gathers and not warn.per)
    below, above = direction == "higher_is_better", direction == "lower_is_better"
    if isinstance(warn.yellow, tuple) and isinstance(warn.red, tuple):
        gap = min(abs(near - far) for near, far in zip(warn.yellow, warn.red, strict=True))
        yield Limits(
            "threshold", *warn.yellow, *warn.red, warn.after, warn.margin(gap), per=warn.per, distance=distance, decision_interval=interval, chance=chance,
        )  # fmt: skip
    elif isinstance(warn.yellow, float) and isinstance(warn.red, float):
        ends, gap = _one_sided(warn.yellow, warn.red, below), abs(warn.yellow - warn.red)
        yield Limits(
            "threshold",
            *ends,
            warn.after,
            warn.margin(gap),
            per=warn.per,
            distance=distance,
            decision_interval=interval,
            chance=chance,
        )
    if pace := warn.pace:
        yield Limits(
            "pace", *_one_sided(pace.yellow, pace.red, below), pace.after,
            pace.margin(abs(pace.yellow - pace.red)), distance=pace.distance(looks), chance=pace.chance(looks),
        )  # fmt: skip
    if change := warn.change:
        yield Limits(
            "change",
            None if above else -change.yellow,
            None if below else change.yellow,
            None if above else -change.red,
            None if below else change.red,
            change.after,
            change.margin(change.red - change.yellow),
            change.against,
            change.measure,
            distance=change.distance(),
            # What was moved against the period before is the base of the next movement.
            decision_interval=change.decision_interval(
                gathers and change.against == "last_year" and looks > 1
            ),
            chance=change.chance(),
        )
    # Stale from the declared number on: the limit lies half a period before it.
    yield Limits("stale", None, warn.stale.yellow - 0.5, None, warn.stale.red - 0.5)


def _one_sided(
    yellow: float, red: float, below: bool
) -> tuple[float | None, float | None, float | None, float | None]:
    return (yellow, None, red, None) if below else (None, yellow, None, red)


def share_due(pace: Pace, month: int) -> float:
    """Percent of the year's target that should be reached by the end of ``month``."""
    if pace.path == "even":
        return 100 * month / 12
    before, share_before = 0, 0.0
    for named, share in pace.path.items():
        if month <= named:
            return share_before + (share - share_before) * (month - before) / (named - before)
        before, share_before = named, share
    return 100.0
