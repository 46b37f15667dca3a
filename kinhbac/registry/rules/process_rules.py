"""Rules of the process files: steps, rounds, needs and the correction ledger.

Here: what they must agree on with the rest of the registry. Not here: rules of sources
and indicators (``rules``), the standing of an indicator (``standing``).
"""

from __future__ import annotations

from collections.abc import Iterator

from kinhbac.periods import Period
from kinhbac.problems import Problem
from kinhbac.registry.declared.corrections import Correction
from kinhbac.registry.declared.process import OWNER, Act, Step
from kinhbac.registry.model import Registry
from kinhbac.registry.rules.names import OWN, find_unknown, is_left_out
from kinhbac.yaml_document import YamlDocument


def find_breaches_of_process(registry: Registry) -> Iterator[Problem]:
    """Every breach in process.yml, rounds.yml, needs.yml and the correction ledgers."""
    yield from _steps(registry)
    yield from _rounds(registry)
    yield from _needs(registry)
    yield from _indicators(registry)
    for source, ledger in registry.corrections.items():
        document = registry.document(source, "corrections")
        first: dict[tuple[object, ...], str] = {}
        for key, correction in ledger.items():
            yield from _correction(registry, document, source, key, correction)
            if correction.withdrawn_on:
                continue
            cell = (correction.data_element, correction.area, correction.period, correction.old)
            if cell in first:
                yield document.problem(
                    (key,),
                    f"«{first[cell]}» corrects the same delivered value",
                    "a delivered value has one agreed correction",
                    "withdraw one of the two",
                )
            first.setdefault(cell, key)


def _unknown_agency(
    registry: Registry, document: YamlDocument, place: tuple[str | int, ...], agency: str
) -> Iterator[Problem]:
    if agency != OWNER:
        yield from find_unknown(registry, document, place, "agency", agency)


def _steps(registry: Registry) -> Iterator[Problem]:
    document = registry.documents[f"{registry.folder.name}/process.yml"]
    steps = registry.process.steps
    for name, step in steps.items():
        for agency in step.signed_by:
            yield from _unknown_agency(registry, document, ("steps", name, "signed_by"), agency)
        if step.ends and not step.signed_by:
            yield document.problem(
                ("steps", name),
                "nobody signs a step that ends",
                "an indicator is retired by a decision",
                "name who signs",
            )
    if document.whole and not any(step.published for step in steps.values()):
        yield document.problem(
            ("steps",),
            "no step is published",
            "indicators are published from some step on",
            "mark the steps whose values are published",
        )


def _rounds(registry: Registry) -> Iterator[Problem]:
    document = registry.documents[f"{registry.folder.name}/rounds.yml"]
    steps = registry.process.steps
    order = list(steps)
    for key, round_ in registry.rounds.items():
        earlier = None
        for name in sorted(round_.acts, key=lambda n: order.index(n) if n in steps else -1):
            acts, place = round_.acts[name], (key, "acts", name)
            for act in acts:
                yield from _unknown_agency(registry, document, place, act.agency)
            if name not in steps:
                yield from find_unknown(registry, document, place, "step", name)
                continue
            for act in acts:
                yield from _signer(registry, document, place, steps[name], act)
            first = min(act.date for act in acts)
            if earlier and first < earlier:
                yield document.problem(
                    place,
                    f"signed on {first}, before the step that comes first ({earlier})",
                    "steps are entered in their order",
                    "correct the date",
                )
            earlier = first


def _signer(
    registry: Registry, document: YamlDocument, place: tuple[str | int, ...], step: Step, act: Act
) -> Iterator[Problem]:
    owners = {registry.owner_of(source, act.date) for source in registry.sources}
    if act.agency in step.signed_by or (OWNER in step.signed_by and act.agency in owners):
        return
    yield document.problem(
        place,
        f"{act.agency} does not sign this step",
        f"it is signed by {' or '.join(step.signed_by) or 'nobody'}",
        "correct the agency, or the process",
    )


def _needs(registry: Registry) -> Iterator[Problem]:
    document = registry.documents[f"{registry.folder.name}/needs.yml"]
    for key, need in registry.needs.items():
        yield from _unknown_agency(registry, document, (key, "asked_by"), need.asked_by)
        yield from find_unknown(registry, document, (key, "sector"), "sector", need.sector)


def _indicators(registry: Registry) -> Iterator[Problem]:
    for key, indicator in registry.indicators.items():
        source = registry.indicator_source[key]
        document = registry.document(source, "indicators")
        if indicator.need:
            yield from find_unknown(registry, document, (key, "need"), "need", indicator.need)
        if indicator.signed:
            place = (key, "signed", "round")
            yield from find_unknown(registry, document, place, "round", indicator.signed.round)
            for step in indicator.signed.steps or ():
                place = (key, "signed", "steps")
                yield from find_unknown(registry, document, place, "step", step)


def _correction(
    registry: Registry, document: YamlDocument, source: str, key: str, correction: Correction
) -> Iterator[Problem]:
    for place, agency in enumerate(correction.agreed_by):
        yield from _unknown_agency(registry, document, (key, "agreed_by", place), agency)
    if source not in registry.sources:
        if not registry.has_document(source, "source"):
            yield document.problem(
                (key,),
                "no source.yml stands beside this file",
                "a source's corrections lie in its own folder",
                "move it to the folder of the source",
            )
        return
    contract = registry.sources[source]
    element = contract.data_elements.get(correction.data_element)
    if element is None:
        told = registry.document(source, "source")
        if is_left_out(told, correction.data_element, OWN):
            return
        yield document.problem(
            (key, "data_element"),
            f"«{correction.data_element}» is no data element of this source",
            "only the source of record is corrected, in its own folder",
            "correct the name, or move the correction",
        )
        return
    owner = registry.owner_of(source, correction.agreed_on)
    if owner not in correction.agreed_by:
        yield document.problem(
            (key, "agreed_by"),
            f"the owner, {owner or 'nobody on that day'}, has not agreed",
            "the owner of the source agrees to every correction of it",
            "have it agreed, and name it here",
        )
    yield from find_unknown(registry, document, (key, "area"), "area", correction.area)
    kind = element.frequency or contract.delivery.frequency
    if Period.parse(correction.period).kind is not kind:
        yield document.problem(
            (key, "period"),
            f"«{correction.period}» is no {kind}",
            f"the data element is delivered per {kind}",
            "name the period as its extracts do",
        )
