"""What must hold in deliveries, what was agreed to be wrong and answered about them, as tables.

Here: rows about checks of contracts, corrections and answers. Not here: asking the checks (SQL),
what is delivered (``elements``).
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from kinhbac.periods import Period
from kinhbac.registry.declared.contract import ContractCheck, Source, category_key
from kinhbac.registry.declared.entries import Name
from kinhbac.registry.model import Registry
from kinhbac.rows import Row


class ContractCheckRow(Row, table="contract_checks", key=("source", "contract_check")):
    """What must hold between the data elements of a source."""

    source: str
    contract_check: str
    name_vi: str
    name_en: str
    compare: str
    absolute: float
    relative: float


class ContractCheckTermRow(
    Row, table="contract_check_terms", key=("source", "contract_check", "side", "data_element")
):
    """One operand of a contract check."""

    source: str
    contract_check: str
    side: str
    data_element: str
    coefficient: float


class CorrectionRow(Row, table="corrections", key=("correction",)):
    """An agreed correction of one delivered cell."""

    correction: str
    source: str
    data_element: str
    area: str
    period_kind: str
    period_start: date
    old_value: float | None
    new_value: float | None
    reason: str
    agreed_by: str
    agreed_on: date
    source_told_on: date | None
    withdrawn_on: date | None


class AnswerRow(Row, table="answers", key=("answer",)):
    """What an owner answered to a question."""

    answer: str
    source: str
    question: str
    data_element: str | None
    area: str | None
    period_kind: str
    period_start: date
    value: float | None
    kind: str
    reason_vi: str
    reason_en: str
    answered_by: str
    answered_on: date


def tabulate_checks(registry: Registry) -> Iterator[Row]:
    """Rows about what must hold in deliveries, and what was agreed to be wrong in them."""
    for source in registry.sources.values():
        for key, check in (source.checks | _reconciliations(source)).items():
            yield from _check(source, key, check)
    yield from _corrections(registry)
    yield from _answers(registry)


def _reconciliations(source: Source) -> dict[str, ContractCheck]:
    """A whole and its categories, as checks of the contract: ``births.sex``."""
    checks = {}
    for key, element in source.data_elements.items():
        for name, told in element.breakdowns.items():
            label = element.name
            checks[f"{key}.{name}"] = ContractCheck(
                name=Name(vi=f"{label.vi}: cộng phân tổ", en=f"{label.en}: sum of categories"),
                left={category_key(key, name, category): 1.0 for category in told.columns},
                compare="equals" if told.complete else "at_most",
                right={key: 1.0},
                tolerance=told.tolerance,
            )
    return checks


def _check(source: Source, key: str, check: ContractCheck) -> Iterator[Row]:
    tolerance = check.tolerance
    yield ContractCheckRow(
        source.source,
        key,
        check.name.vi,
        check.name.en,
        check.compare,
        tolerance.absolute,
        tolerance.relative,
    )
    for side, operands in (("left", check.left), ("right", check.right)):
        for element, coefficient in operands.items():
            yield ContractCheckTermRow(source.source, key, side, element, coefficient)


def _corrections(registry: Registry) -> Iterator[CorrectionRow]:
    for source, ledger in registry.corrections.items():
        for key, correction in ledger.items():
            period = Period.parse(correction.period)
            yield CorrectionRow(
                correction=f"{source}/{key}",
                source=source,
                data_element=correction.data_element,
                area=correction.area,
                period_kind=period.kind.value,
                period_start=period.start,
                old_value=correction.old,
                new_value=correction.new,
                reason=correction.reason,
                agreed_by=", ".join(correction.agreed_by),
                agreed_on=correction.agreed_on,
                source_told_on=correction.source_told_on,
                withdrawn_on=correction.withdrawn_on,
            )


def _answers(registry: Registry) -> Iterator[AnswerRow]:
    for source, ledger in registry.answers.items():
        for key, answer in ledger.items():
            period = Period.parse(answer.period)
            yield AnswerRow(
                answer=f"{source}/{key}",
                source=source,
                question=answer.question,
                data_element=answer.data_element,
                area=answer.area,
                period_kind=period.kind.value,
                period_start=period.start,
                value=answer.value,
                kind=answer.answer,
                reason_vi=answer.reason.vi,
                reason_en=answer.reason.en,
                answered_by=answer.by,
                answered_on=answer.answered_on,
            )
