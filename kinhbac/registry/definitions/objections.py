"""What speaks against a signature before it is written down.

Here: every reason at once, in words. Not here: writing it (``signing``), what it makes of a
definition (``standing``).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from kinhbac.registry.declared.process import OWNER
from kinhbac.registry.definitions.acts import Signature, Stood, acts_of
from kinhbac.registry.model import Registry


def find_objections(
    registry: Registry,
    indicators: Sequence[str],
    round_: str,
    given: Signature,
    today: date,
    stood: Stood,
) -> list[str]:
    """Why this act cannot be written down, all reasons at once. ``stood`` says since when
    definitions stand in releases."""
    unknown = [key for key in indicators if key not in registry.indicators]
    if round_ not in registry.rounds:
        unknown.append(round_)
    if given.step not in registry.process.steps:
        unknown.append(given.step)
    if unknown:
        rounds, steps = ", ".join(registry.rounds), ", ".join(registry.process.steps)
        return [f"unknown: {', '.join(unknown)}; rounds are {rounds}; steps are {steps}"]
    found = [*_of_the_act(registry, round_, given, today)]
    for key in indicators:
        found += _of_an_indicator(registry, key, given, stood)
    if given not in acts_of(registry, round_, given.step) and (
        others := _signed_beside(registry, indicators, round_)
    ):
        found.append(
            f"the round would sign {', '.join(others)} too: an act is on what it names. Name them "
            "as well, or write another round into rounds.yml"
        )
    return found


def _of_the_act(registry: Registry, round_: str, given: Signature, today: date) -> Iterator[str]:
    step = registry.process.steps[given.step]
    if given.agency not in step.signed_by and OWNER not in step.signed_by:
        signers = " or ".join(step.signed_by) or "nobody"
        yield f"{given.agency} does not sign «{given.step}», but {signers} does (process.yml)"
    if given.act.date > today:
        yield f"{given.act.date} is yet to come: what is signed has been signed"
    order = list(registry.process.steps)
    for name, acts in registry.rounds[round_].acts.items():
        first = min(act.date for act in acts)
        if name in order and order.index(name) < order.index(given.step) and given.act.date < first:
            yield f"{given.act.date} is before {first}, when «{name}» was signed, which comes first"
    own = [one for one in acts_of(registry, round_, given.step) if one.agency == given.agency]
    if given.agency in step.signed_by and own and given not in own:
        act = own[0].act
        yield (
            f"{round_} says that {act.agency} signed «{given.step}» on {act.date}, {act.decision}: "
            "what is signed anew is a round of its own (rounds.yml)"
        )


def _of_an_indicator(registry: Registry, key: str, given: Signature, stood: Stood) -> Iterator[str]:
    step, source = registry.process.steps[given.step], registry.indicator_source[key]
    owner = registry.owner_of(source, given.act.date)
    if OWNER in step.signed_by and given.agency not in (owner, *step.signed_by):
        yield f"{key}: {owner or 'nobody'} owned «{source}» on {given.act.date}, not {given.agency}"
    since = stood.get(key)
    if step.binds_definition and since and given.act.date < since:
        yield (
            f"{key}: its definition stands since {since}, and nobody signs on {given.act.date} what was "
            "not there. A release shows a proposal first; then it is signed"
        )


def _signed_beside(registry: Registry, indicators: Sequence[str], round_: str) -> list[str]:
    """Indicators that all acts of the round sign, whatever acts it will have."""
    return [
        key
        for key, one in registry.indicators.items()
        if one.signed and one.signed.round == round_ and one.signed.steps is None
        and key not in indicators
    ]  # fmt: skip
