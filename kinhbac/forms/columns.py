"""The columns of a form: those of the contract, but for personal and ignored ones.

Here: headers, meanings, units and rules of cells. Not here: rows (``layout``).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from kinhbac.forms.cell_rules import CellRule, figure_rule, record_rule
from kinhbac.forms.sentences import say
from kinhbac.periods import PeriodKind
from kinhbac.registry import Registry
from kinhbac.registry.declared.contract import Source, Table, category_key
from kinhbac.registry.declared.entries import Name


@dataclass(frozen=True)
class FormColumn:
    """One column: its header as the contract writes it, what it means, what a cell may hold.

    ``kind`` names the rows that it belongs to (None: all); a ``fixed`` one is filled in.
    """

    header: str
    meaning: Name
    rule: CellRule
    unit: Name | None = None
    kind: PeriodKind | None = None
    fixed: bool = False


def columns_of(
    registry: Registry,
    contract: Source,
    codes: Sequence[str],
    labels: Sequence[str],
    open_rows: bool,
) -> Iterator[FormColumn]:
    """The columns of a form, those first that say what a row is about.

    ``codes`` and ``labels`` are the areas and periods that rows may be about; with
    ``open_rows`` nobody knows beforehand which, and the columns are filled in by hand.
    """
    reference = contract.area
    if reference.column:
        said = say("form_column.code")
        meaning = Name(vi=said.vi, en=f"{said.en} ({reference.code_system})")
        rule = CellRule(words=tuple(codes), required=True)
        yield FormColumn(reference.column, meaning, rule, fixed=not open_rows)
    if reference.name and not open_rows:
        meaning = say("form_column.area")
        yield FormColumn(reference.name, meaning, CellRule(), fixed=True)
    if contract.table:
        yield from _labels(contract.table, labels, open_rows)
        yield from _figures(registry, contract)
    elif contract.records:
        for header, column in contract.records.columns.items():
            if column.as_ and header != reference.column:
                meaning = Name(vi=header, en=column.as_.replace("_", " ").capitalize())
                yield FormColumn(header, meaning, record_rule(column, contract.delivery))


def _labels(table: Table, labels: Sequence[str], open_rows: bool) -> Iterator[FormColumn]:
    if table.period:
        meaning = say("form_column.period")
        rule = CellRule(words=tuple(labels), required=True)
        yield FormColumn(table.period.column, meaning, rule, fixed=not open_rows)
    for part, meaning in (
        (table.vintage, say("form_column.vintage")),
        (table.scope, say("form_column.scope")),
    ):
        if part:
            yield FormColumn(part.column, meaning, CellRule(words=tuple(part.values)))
    if table.statement:
        meaning = say("form_column.statement")
        yield FormColumn(table.statement, meaning, CellRule())


def _figures(registry: Registry, contract: Source) -> Iterator[FormColumn]:
    meanings = {key: registry.data_elements[key].name for key in contract.delivered}
    meanings |= _meanings_of_categories(registry, contract)
    for key, measured in contract.delivered.items():
        assert measured.column, "the contract names the column of every figure of a table"
        yield FormColumn(
            measured.column,
            meanings[key],
            figure_rule(measured, registry.is_whole(key, measured), contract.delivery),
            registry.vocabulary.units[registry.data_elements[key].unit],
            measured.frequency or contract.delivery.frequency,
        )


def _meanings_of_categories(registry: Registry, contract: Source) -> dict[str, Name]:
    meanings = {}
    for key, element in contract.data_elements.items():
        for breakdown, told in element.breakdowns.items():
            categories = registry.vocabulary.breakdowns[breakdown].categories
            for category in told.columns:
                whole, part = element.name, categories[category]
                meanings[category_key(key, breakdown, category)] = Name(
                    vi=f"{whole.vi}: {part.vi}", en=f"{whole.en}: {part.en}"
                )
    return meanings
