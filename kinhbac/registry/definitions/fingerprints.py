"""What is bound by a sign-off, and what makes two methods the same.

Here: describing a definition, its fingerprint, the fingerprint of a method. Not here: the
formulas themselves (``formulas``), who signs (``signing``, ``standing``).
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from hashlib import sha256
from typing import Any

from kinhbac.registry.declared.indicator import Indicator
from kinhbac.registry.definitions.formulas import (
    Definition,
    Term,
    definitions_of,
    terms_of,
    terms_of_definition,
    write_formula,
)
from kinhbac.registry.model import Registry


def describe_definition(registry: Registry, key: str) -> dict[str, Any]:
    """What a definition says: formula, unit, span, sources and owner of an indicator."""
    indicator = registry.indicators[key]
    source = registry.sources[registry.indicator_source[key]]
    operands = {term.operand for term in terms_of(key, indicator)}
    return {
        "formula": [
            {
                "from": str(definition.valid_from) if definition.valid_from else None,
                "to": str(definition.valid_to) if definition.valid_to else None,
                "formula": write_formula(definition.indicator),
                "round": definition.indicator.round,
                **describe_composite(registry, definition.indicator),
            }
            for definition in definitions_of(indicator)
        ],
        "unit": indicator.unit,
        **({"signed_denominator": True} if indicator.signed_denominator else {}),
        "frequency": indicator.frequency.value,
        "span": indicator.over,
        **({"by": list(indicator.by)} if indicator.by else {}),
        "source": {
            "declared_in": source.source,
            **{
                operand: registry.element_source[operand]
                for operand in sorted(operands)
                if operand in registry.element_source
            },
        },
        "owner": [f"{owner.agency} from {owner.from_}" for owner in source.owner],
    }


def describe_composite(registry: Registry, indicator: Indicator) -> dict[str, Any]:
    """What a composite's figure depends on beside its terms; empty for a weighted sum.

    Labels and sources of a method may be written anew without being another method; what is
    not written counts as nothing, so that a new option of methods changes no old one.
    """
    if indicator.method is None or indicator.method not in registry.methods:
        return {}
    method = registry.methods[indicator.method]
    return {
        "method": method.model_dump(
            mode="json", exclude={"name", "based_on"}, exclude_defaults=True
        ),
        "components": {
            name: own.model_dump(
                mode="json", exclude={"weight", "allow_old"}, exclude_defaults=True
            )
            for name, own in (indicator.components or {}).items()
        },
    }


def fingerprint_definition(registry: Registry, key: str) -> str:
    """The first 12 digits of the SHA-256 of what a sign-off binds.

    Taken of the terms themselves, so that a formula may be written out in another way
    without being another formula. Who owns the source is no part of it: with a new owner the
    indicator is the same, and he is asked for his own signature.
    """
    return registry.once(f"definition {key}", lambda: _fingerprint(registry, key))


def is_what_was_signed(registry: Registry, key: str, signed: str) -> bool:
    """Whether the definition is the one with the fingerprint ``signed``.

    Up to version 0.9 the owners of its source were a part of it, those who were known on the day of
    the signature: what was signed then stays signed.
    """
    if signed == fingerprint_definition(registry, key):
        return True
    owners = describe_definition(registry, key)["owner"]
    return any(signed == _fingerprint(registry, key, owners[: n + 1]) for n in range(len(owners)))


def _fingerprint(registry: Registry, key: str, owners: Sequence[str] | None = None) -> str:
    indicator = registry.indicators[key]
    bound = describe_definition(registry, key)
    bound["owner"] = owners
    if owners is None:
        del bound["owner"]
    bound["formula"] = [
        [
            str(definition.valid_from),
            str(definition.valid_to),
            definition.indicator.scale,
            definition.indicator.round,
            describe_composite(registry, definition.indicator) or None,
            _bound_terms(key, definition),
            *(
                [definition.indicator.when.model_dump(mode="json")]
                if definition.indicator.when
                else []
            ),
        ]
        for definition in definitions_of(indicator)
    ]
    text = json.dumps(bound, ensure_ascii=False, sort_keys=True)
    return sha256(text.encode()).hexdigest()[:12]


def fingerprint_method(registry: Registry, key: str, version: int) -> str:
    """What a value's method is: formula, rounding, span and the methods of its operands.

    A value that changes while this changes was revised by a new method.
    """
    definition = definitions_of(registry.indicators[key])[version - 1]
    method = definition.indicator
    terms = _bound_terms(key, definition)
    below = []
    for operand in _operands(key, definition):
        if operand in registry.indicators:
            latest = len(definitions_of(registry.indicators[operand]))
            below += [
                fingerprint_method(registry, operand, number) for number in range(1, latest + 1)
            ]
        else:
            element = registry.data_elements[operand]
            below.append(
                f"{element.over_time} {element.over_areas} {element.weight} {element.carry} "
                f"{element.shared_by}"
            )
    composite = describe_composite(registry, method) or None
    said = [method.scale, method.round, composite, method.over, terms, below]
    if method.signed_denominator:
        said.append("signed_denominator")
    if method.when:
        said.append(method.when.model_dump(mode="json"))
    return sha256(json.dumps(said).encode()).hexdigest()[:12]


def _bound_terms(key: str, definition: Definition) -> list[Any]:
    """The terms without their order. A product is known by what is in it, not by its number."""
    terms = _sorted_terms(key, definition)
    plain = [term.bound for term in terms if not term.factor]
    outer = {term.product for term in terms if term.factor and not term.within}
    products = [
        [replace(term, product=0).bound for term in terms if term.product == number]
        for number in outer
        if all(term.within != number for term in terms)
    ]
    nested = [_bound_product(terms, number) for number in outer]
    return [
        *plain,
        *sorted(products),
        *sorted((one for one in nested if len(one) > 1), key=json.dumps),
    ]


def _bound_product(terms: list[Term], number: int | None) -> list[Any]:
    """A product: its own factors, then each product inside of it with the factor that it stands in."""
    own = [replace(term, product=0, within=None).bound for term in terms if term.product == number]
    inside = {(term.product, term.within_factor) for term in terms if term.within == number}
    found = [[factor, _bound_product(terms, inner)] for inner, factor in inside]
    return [own, *sorted(found, key=json.dumps)]


def _operands(key: str, definition: Definition) -> list[str]:
    return [term.operand for term in _sorted_terms(key, definition)]


def _sorted_terms(key: str, definition: Definition) -> list[Term]:
    return sorted(terms_of_definition(key, definition), key=lambda term: term.bound)
