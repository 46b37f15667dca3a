"""Sources, their owners and their days as tables.

Here: rows about who delivers what by when. Not here: what is delivered (``elements``).
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Annotated

from kinhbac.calendar import is_working_day, name_holiday
from kinhbac.periods import Period
from kinhbac.registry.declared.contract import ReportConcept, Source, due_date
from kinhbac.registry.declared.publication import Access
from kinhbac.registry.definitions.openness import licence_of_source
from kinhbac.registry.model import Registry
from kinhbac.rows import Row


class SourceRow(Row, table="sources", key=("source",)):
    """One source and its contract's terms of delivery."""

    source: str
    name_vi: str
    name_en: str
    sector: str
    role: str
    layout: str
    format: str
    frequency: str
    expected_from: date | None
    due_days: int
    due_in: str
    due_after: str
    sender: str
    late_yellow: int | None
    late_red: int | None
    synthetic: bool
    published_by: str | None
    access: Access
    licence: str | None
    licence_vi: str | None
    licence_en: str | None


class SourceOwnerRow(
    Row,
    table="source_owners",
    key=("source", "valid_from"),
    meaning="Who owned a source, from one day to another.",
):
    """One owner of one source, for its days."""

    source: Annotated[str, "The source."]
    agency: Annotated[str, "Its owner."]
    valid_from: Annotated[date, "First day."]
    valid_to: Annotated[date | None, "Last day; empty: until further notice."]


class SourceReportRow(
    Row,
    table="source_reports",
    key=("source", "concept"),
    meaning="What people wrote for the quality report of a source.",
):
    """What people wrote about one concept."""

    source: Annotated[str, "The source."]
    concept: Annotated[ReportConcept, "The concept of SIMS 2.0 that it is about."]
    text_vi: Annotated[str, "In Vietnamese."]
    text_en: Annotated[str, "In English."]


class DueDateRow(Row, table="due_dates", key=("source", "period_start")):
    """The day on which a period of a source is due."""

    source: str
    period_start: date
    due_date: date


class DayRow(
    Row,
    table="working_days",
    key=("day",),
    meaning="Calendar with the public holidays of Việt Nam.",
):
    """One day of the calendar."""

    day: Annotated[date, "The day."]
    working_day: Annotated[bool, "True when public offices work."]
    holiday_vi: Annotated[str | None, "Public holiday in Vietnamese."]


def tabulate_sources(registry: Registry, as_of: date) -> Iterator[Row]:
    """Rows about sources; days reach from the first that is due to the end of next year."""
    for source in registry.sources.values():
        yield _source(registry, source)
        yield from _owners(source)
        yield from _due_dates(source, as_of)
        for concept, text in source.report.items():
            yield SourceReportRow(source.source, concept, text.vi, text.en)
    yield from _calendar(registry, as_of)


def first_day(source: Source) -> date | None:
    """The first day of the first period that is owed; None for irregular sources."""
    first = source.delivery.expected_from
    return Period.parse(first).start if first else None


def _source(registry: Registry, source: Source) -> SourceRow:
    delivery = source.delivery
    licence = licence_of_source(registry, source.source, source.access)
    terms = (
        registry.publication.licences[licence].name if licence and registry.publication else None
    )
    return SourceRow(
        source=source.source,
        name_vi=source.name.vi,
        name_en=source.name.en,
        sector=source.sector,
        role="comparison" if source.comparisons else "record",
        layout="table" if source.table else "records",
        format=delivery.format,
        frequency=delivery.frequency.value,
        expected_from=first_day(source),
        due_days=delivery.due_days,
        due_in=delivery.due_in,
        due_after=delivery.due_after,
        sender=delivery.delivered_by,
        late_yellow=delivery.late.yellow,
        late_red=delivery.late.red,
        synthetic=source.synthetic,
        published_by=source.published_by,
        access=source.access,
        licence=licence,
        licence_vi=terms.vi if terms else None,
        licence_en=terms.en if terms else None,
    )


def _owners(source: Source) -> Iterator[SourceOwnerRow]:
    for place, owner in enumerate(source.owner):
        following = source.owner[place + 1 : place + 2]
        end = owner.to or next((next_.from_ - timedelta(days=1) for next_ in following), None)
        yield SourceOwnerRow(source.source, owner.agency, owner.from_, end)


def _due_dates(source: Source, as_of: date) -> Iterator[DueDateRow]:
    if source.delivery.expected_from is None:
        return
    period = Period.parse(source.delivery.expected_from)
    while period.start <= as_of:
        yield DueDateRow(source.source, period.start, due_date(source.delivery, period))
        period = period.next()


def _calendar(registry: Registry, as_of: date) -> Iterator[DayRow]:
    firsts = [first for source in registry.sources.values() if (first := first_day(source))]
    day = date(min(firsts, default=as_of).year, 1, 1)
    while day <= date(as_of.year + 1, 12, 31):
        yield DayRow(day, is_working_day(day), name_holiday(day))
        day += timedelta(days=1)
