"""What a form holds: for which period, and a row for everything that is expected.

Here: the period that is meant, the areas and periods that rows are about. Not here: columns
(``columns``), sentences (``guidance``), spreadsheets (``data_sheet``).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from kinhbac.forms.columns import FormColumn, columns_of
from kinhbac.ingest.mandate import in_mandate
from kinhbac.periods import Period, PeriodKind
from kinhbac.problems import Refused
from kinhbac.registry import Registry
from kinhbac.registry.areas.atlas import Area
from kinhbac.registry.declared.contract import Source
from kinhbac.registry.declared.entries import Name

OPEN_ROWS = 500
"""Empty rows of a form whose rows nobody can know beforehand."""


class NoForm(Refused):
    """There is no such form; the message says why, and what there is."""


@dataclass(frozen=True)
class FormRow:
    """One row: the texts of the fixed columns, and the kind of period that it is about."""

    cells: tuple[str, ...] = ()
    kind: PeriodKind | None = None
    area: Area | None = None


@dataclass(frozen=True)
class Form:
    """A source's form for one period. ``areas`` maps the codes it may hold to areas."""

    source: Source
    agency: str
    agency_name: Name
    period: Period
    columns: tuple[FormColumn, ...]
    rows: tuple[FormRow, ...]
    areas: dict[str, Area]
    open: bool

    @property
    def file_name(self) -> str:
        return f"{self.source.source}-{self.period.label}.xlsx"


def lay_out(
    registry: Registry, source: str, label: str | None, today: date, open_rows: int = OPEN_ROWS
) -> Form:
    """The form of ``source`` for the period ``label``, or for the last one that has ended.

    Raises NoForm for an unknown source and for a period that it does not speak of.
    """
    if source not in registry.sources:
        raise NoForm(f"There is no source «{source}»; there are {', '.join(registry.sources)}.")
    contract = registry.sources[source]
    if contract.delivery.format == "xlsx" and contract.delivery.encoding == "tcvn3":
        raise NoForm(f"«{source}» promises workbooks in TCVN3 fonts; a form is Unicode.")
    period = _find_period(contract, label, today)
    areas = _areas(registry, contract, period, today)
    if contract.area.column and not areas:
        raise NoForm(f"«{source}» speaks of no area that has a code in {period.label}.")
    open_ = bool(contract.records or contract.comparisons)
    labels = [label for _, label in _periods(contract, period)]
    columns = tuple(columns_of(registry, contract, [*areas], labels, open_))
    rows = (FormRow(),) * open_rows if open_ else tuple(_rows(contract, period, areas))
    agency = registry.answers_for(source, today)
    agency_name = registry.agencies[agency].name
    return Form(contract, agency, agency_name, period, columns, rows, areas, open_)


def _find_period(contract: Source, label: str | None, today: date) -> Period:
    kind = contract.delivery.frequency
    last = _last_period(contract, today)
    if label is None:
        return last
    form = f"an extract of «{contract.source}» covers a {kind.value}, such as {last.label}"
    try:
        period = Period.parse(label)
    except ValueError as error:
        raise NoForm(f"{error}; {form}.") from None
    if period.kind is not kind:
        raise NoForm(f"«{label}» is a {period.kind.value}; {form}.")
    if not in_mandate(period, contract):
        mandate = contract.mandate
        known = f"from {mandate.from_ or 'the first'} to {mandate.to or 'the last'}"
        raise NoForm(
            f"«{label}» lies outside the mandate of «{contract.source}» ({known}); {form}."
        )
    return period


def _last_period(contract: Source, today: date) -> Period:
    """The last period for which the source may deliver today."""
    kind, mandate = contract.delivery.frequency, contract.mandate
    period = Period.containing(today, kind)
    if contract.delivery.due_after == "end":
        period = Period.containing(period.start - timedelta(days=1), kind)
    if mandate.to and Period.parse(mandate.to).end < period.end:
        period = Period.containing(Period.parse(mandate.to).end, kind)
    if mandate.from_ and period.start < (first := Period.parse(mandate.from_).start):
        period = Period.containing(first, kind)
    return period


def _areas(registry: Registry, contract: Source, period: Period, today: date) -> dict[str, Area]:
    reference, mandate = contract.area, contract.mandate.areas
    if not reference.column:
        return {}
    wanted = reference.codes_as_of
    day = wanted if isinstance(wanted, date) else period.end if wanted else today
    kinds = {kind for measured in contract.delivered.values() for kind in measured.areas}
    codes: dict[str, str] = {}
    found = registry.areas.code_list(reference.code_system, day)
    for code, area in found.items():
        ended = area.valid_to is not None and area.valid_to < period.start
        if area.kind in kinds and not ended and (not mandate or area.area in mandate):
            codes.setdefault(area.area, code)
    return {code: found[code] for code in codes.values()}


def _rows(contract: Source, period: Period, areas: dict[str, Area]) -> Iterator[FormRow]:
    reference, table = contract.area, contract.table
    assert table, "rows of records are not known beforehand"
    for kind, label in _periods(contract, period):
        for code, area in areas.items() if reference.column else [("", None)]:
            cells = [code] if reference.column else []
            cells += [area.name_vi] if area and reference.name else []
            cells += [label] if table.period else []
            yield FormRow(tuple(cells), kind, area)


def _periods(contract: Source, period: Period) -> Iterator[tuple[PeriodKind, str]]:
    """The periods that rows are about, as the contract's column names them; ordered by kind."""
    table, own = contract.table, contract.delivery.frequency
    kinds = sorted({measured.frequency or own for measured in contract.delivered.values()})
    if table is None or table.period is None:
        yield kinds[0], period.label
        return
    written = table.period.format
    for kind in kinds[:1] if written else kinds:
        part = Period.containing(period.start, kind)
        while part.start <= period.end:
            if period.start <= part.start and in_mandate(part, contract):
                yield kind, part.start.strftime(written) if written else part.label
            part = part.next()
