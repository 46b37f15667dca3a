"""The contract of a source (``source.yml``): who owns it, how it delivers, what it promises.

Here: the shape of that file. Not here: indicators (``indicator``), rules that need
a second file (``rules.source_rules``). One file past 200 lines because a contract
should be read in one place; the docstrings and descriptions become its JSON Schema.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, timedelta
from functools import cache
from typing import Literal

import polars as pl
from pydantic import Field, StrictBool, model_validator

from kinhbac.calendar import add_working_days
from kinhbac.periods import Period, PeriodKind
from kinhbac.registry.declared.entries import (
    VINTAGES,
    AgencyCode,
    AreaKind,
    Disclosure,
    Entry,
    Name,
    Operands,
    PeriodLabel,
    Slug,
    Tolerance,
    Vintage,
)
from kinhbac.registry.declared.publication import Access
from kinhbac.spelling import fold_name

CorrectedRows = Literal["whole", "replace", "merge"]
ReportConcept = Literal[
    "mandate", "relevance", "accuracy", "comparability", "cost", "revision_policy"
]
"""Concepts of a quality report that nothing here can know: S.6, S.12, S.13, S.15, S.16 and S.17 of
SIMS 2.0."""
OverAreas = Literal["sum", "weighted_mean", "none"]


class Ownership(Entry):
    """Who owns a source, from one day on (and up to another, included)."""

    agency: AgencyCode
    from_: date = Field(alias="from")
    to: date | None = None


class Late(Entry):
    """Days after the deadline at which a delivery that is still missing is warned of."""

    yellow: int = Field(1, ge=1)
    red: int = Field(15, ge=2)

    @model_validator(mode="after")
    def _in_order(self) -> Late:
        if self.yellow >= self.red:
            raise ValueError("red is later than yellow")
        return self


class Delivery(Entry):
    """How and when a source delivers its extracts."""

    format: Literal["csv", "xlsx", "xls", "json", "jsonl", "parquet"]
    frequency: PeriodKind = Field(description="the kind of period that one extract covers")
    expected_from: PeriodLabel | None = Field(
        None,
        description="first period that is due; without it nothing is expected and each "
        "extract is taken when it comes (external indices, irregular statements)",
    )
    due_days: int = Field(0, ge=0, le=400, description="days after the period until it is late")
    due_in: Literal["days", "working_days"] = Field(
        "days", description="working days leave out weekends and public holidays of Việt Nam"
    )
    due_after: Literal["start", "end"] = Field(
        "end", description="plans are due after the period's start, results after its end"
    )
    late: Late = Late()
    encoding: Literal["utf-8", "utf-16", "cp1258", "tcvn3"] = "utf-8"
    delimiter: str = Field(",", min_length=1, max_length=1)
    decimal_: Literal[".", ","] | None = Field(
        None,
        alias="decimal",
        description="the mark before decimals; «.» if left out, and a text such as 1.234, which may "
        "be 1234, is refused where «thousands» does not settle it either",
    )
    thousands: Literal[".", ",", " ", ""] = ""
    title_rows: int = Field(0, ge=0, le=50, description="rows above the header")
    header_rows: int = Field(
        1, ge=1, le=3, description="a header of several rows is joined with « / »"
    )
    total_rows: tuple[str, ...] = Field(
        (),
        description="rows whose first cell is one of these are left out: notes, and totals unchecked",
    )
    sheet: str | None = Field(None, description="worksheet; the first one if left out")
    records_at: str | None = Field(None, description="path of the list inside a JSON document")
    date_format: str = "%Y-%m-%d"
    timestamp_format: str = "%Y-%m-%d %H:%M:%S"
    missing: tuple[str, ...] = Field((), description="cell texts that mean: not reported")
    not_applicable: tuple[str, ...] = Field(
        (), description="cell texts that mean: there is nothing to report here"
    )
    suppressed: tuple[str, ...] = Field(
        (), description="cell texts that mean: known, and not to be told (statistical secrecy)"
    )
    footnote_marks: tuple[str, ...] = Field((), description="marks cut from the end of a cell")
    delivered_by: Literal["proven", "told"] = Field(
        "told",
        description="proven: only what lies in the folder of the agency itself is taken, where its "
        "rights or the token of an upload prove who laid it down; told: whoever may write into the "
        "landing zone is believed",
    )
    vintage: Vintage = Field("final", description="of its figures, where file or row say no other")
    set_aside: float = Field(
        0, ge=0, lt=0.5, description="share of rows that may be set aside; 0 refuses the extract"
    )

    @model_validator(mode="after")
    def _consistent(self) -> Delivery:
        _prove_format(self.date_format)
        _prove_format(self.timestamp_format)
        marks = [*self.missing, *self.not_applicable, *self.suppressed]
        if len(marks) != len(set(marks)):
            raise ValueError("one cell text has two meanings among the marks of absence")
        if self.thousands == self.decimal:
            raise ValueError("decimal and thousands separators are the same")
        if self.expected_from and Period.parse(self.expected_from).kind is not self.frequency:
            raise ValueError(f"expected_from {self.expected_from} is not a {self.frequency}")
        if self.format == "xls" and self.encoding not in ("utf-8", "tcvn3"):
            raise ValueError("workbooks are Unicode, or hold text in TCVN3 fonts")
        return self

    @property
    def decimal(self) -> Literal[".", ","]:
        """The mark before decimals."""
        return self.decimal_ or "."

    @property
    def settles_numbers(self) -> bool:
        """Whether the contract says which mark parts decimals: 1.234 is one number then."""
        return bool(self.thousands or self.decimal_)


def due_date(delivery: Delivery, period: Period) -> date:
    """The last day on which an extract for ``period`` is on time.

    Counted in days or working days, from the period's first or last day on.
    """
    day = period.start if delivery.due_after == "start" else period.end
    if delivery.due_in == "working_days":
        return add_working_days(day, delivery.due_days)
    return day + timedelta(days=delivery.due_days)


class Codes(Entry):
    """How the codes of areas may be written."""

    pad: StrictBool = Field(
        False,
        description="a code that lost its zeros, became a number or has its area's name beside it "
        "is read where one area alone can be meant, and told on the work list; else it is refused",
    )


class AreaReference(Entry):
    """Where a row says which area it is about."""

    column: str | None = Field(None, description="header of the column with the area's code")
    name: str | None = Field(
        None, description="header of the column with the area's name: written on forms, never read"
    )
    always: str | None = Field(None, description="area of every row, where no column says it")
    code_system: Slug = "statistics"
    codes: Codes = Codes()
    codes_as_of: date | Literal["period"] | None = Field(
        None,
        description="day whose code list the file uses, or «period»: the end of each row's "
        "period (codes are given anew: one may name another area since); the day of receipt if left out",
    )

    @model_validator(mode="after")
    def _one_of_two(self) -> AreaReference:
        if (self.column is None) == (self.always is None):
            raise ValueError("write either «column» or «always»")
        if self.name and not self.column:
            raise ValueError("a «name» stands beside a «column» of codes")
        return self


class PeriodReference(Entry):
    """A column that says which period a row is about; else the extract's own period."""

    column: str
    format: str | None = Field(
        None, description="strptime format of a day in the period; else labels such as 2026-Q3"
    )

    @model_validator(mode="after")
    def _names_a_day(self) -> PeriodReference:
        if self.format:
            _prove_format(self.format)
        return self


def _distinct(texts: Iterable[str]) -> None:
    """Raises ValueError where two texts are spellings of one."""
    first: dict[str, str] = {}
    for text in texts:
        if (other := first.setdefault(fold_name(text), text)) != text:
            raise ValueError(f"«{text}» and «{other}» are two spellings of one text")


class Labels(Entry):
    """A column whose texts stand for words of the registry."""

    column: str
    values: dict[str, Slug] = Field(
        min_length=1, description="text of the cell, in any spelling: word"
    )

    @model_validator(mode="after")
    def _one_text_one_word(self) -> Labels:
        _distinct(self.values)
        return self


class Table(Entry):
    """A tabular source: one row an area (and period), one column a data element."""

    area: AreaReference
    period: PeriodReference | None = None
    vintage: Labels | None = Field(None, description="how settled the row's figures are")
    scope: Labels | None = Field(None, description="what the row's figures cover")
    statement: str | None = Field(None, description="column that says where a figure was printed")
    totals: Literal["refused", "checked"] = Field(
        "refused",
        description="rows that add up the others («Tổng cộng», «Toàn tỉnh», the area that all are "
        "parts of): «checked» compares those elements that add up over areas with the sum of their "
        "rows; a total is no data in either case",
    )
    ignored: tuple[str, ...] = Field((), description="columns that are known and not read")
    personal: tuple[str, ...] = Field((), description="columns that never pass the door")


@cache
def _prove_format(form: str) -> None:
    """Raises ValueError for a format in which no day can be written and read again."""
    said = re.findall("%(.?)", form)
    if {"d", "m", "Y"} <= set(said) <= set("dmYHMSz"):
        return  # those that are common need no trial, which costs the first use of a library
    try:
        moment = pl.Series([datetime(2026, 10, 21, 13, 45, tzinfo=UTC)])
        days = moment.dt.strftime(form).str.to_date(form, strict=False)
    except (pl.exceptions.PolarsError, pl.exceptions.PanicException) as error:
        raise ValueError(f"«{form}» is no format of days or times") from error
    if days.null_count():
        raise ValueError(f"«{form}» names no day that can be read again, as «%d/%m/%Y» does")


def _prove_linear(pattern: str) -> None:
    """Raises ValueError for a pattern that the engine of the door does not know: it takes no more
    time than the text is long, and so knows no look around and no reference back."""
    try:
        pl.Series([""]).str.contains(f"^(?:{pattern})$")
    except pl.exceptions.ComputeError as error:
        raise ValueError(
            f"«{pattern}» is no regular expression without look-around and back-references"
        ) from error


class RecordColumn(Entry):
    """One column of a record-level source."""

    as_: Slug | None = Field(None, alias="as", description="its name in the warehouse")
    type: Literal["text", "integer", "number", "boolean", "date", "timestamp"] = "text"
    key: StrictBool = Field(False, description="part of what identifies a record")
    required: StrictBool = False
    personal: StrictBool = Field(False, description="never passes the door")
    ignored: StrictBool = Field(False, description="known and not read")
    min: float | None = None
    max: float | None = None
    one_of: tuple[str, ...] = ()
    pattern: str | None = Field(None, description="regular expression for the whole text")
    not_after_receipt: StrictBool = Field(
        False, description="what it tells has happened by the day on which the file is received"
    )

    @model_validator(mode="after")
    def _named_or_left_out(self) -> RecordColumn:
        if (self.as_ is None) != (self.personal or self.ignored):
            raise ValueError("a column has a name («as») or is personal or ignored, not both")
        if self.pattern is not None:
            _prove_linear(self.pattern)
        if self.not_after_receipt and self.type not in ("date", "timestamp"):
            raise ValueError("«not_after_receipt» is said of a date or a timestamp")
        return self


class Records(Entry):
    """A record-level source: one row a record; ``observations.sql`` counts data elements."""

    area: AreaReference
    columns: dict[str, RecordColumn] = Field(min_length=1)
    told_again: StrictBool = Field(
        False,
        description="a record whose key a later extract holds too is the same record, told again: "
        "it counts once, as the later one tells it; else keys begin anew with every extract",
    )
    none_is_zero: StrictBool = Field(
        False,
        description="an extract speaks for every area of its data elements: where it holds no "
        "record of one, that is a zero; else such an area has no figure",
    )

    @model_validator(mode="after")
    def _keyed(self) -> Records:
        if not any(column.key for column in self.columns.values()):
            raise ValueError("no column is marked «key: true»")
        _distinct(self.columns)
        return self


class Mandate(Entry):
    """For which areas and periods a source may speak; without it, for all of its area kinds."""

    areas: tuple[str, ...] = Field((), description="keys of areas; all of its kinds if empty")
    from_: PeriodLabel | None = Field(None, alias="from", description="first period")
    to: PeriodLabel | None = Field(None, description="last period")


class Corrections(Entry):
    """What a later file of a period does to the one before it."""

    rows: CorrectedRows | None = Field(
        None,
        description="whole: it tells every area and column that the one before tells, or is "
        "refused; replace: it may leave out what it will, which is told on the work list; merge: "
        "rows that it does not tell stay as the one before tells them; whole if left out, and "
        "replace for comparisons, which say what somebody printed",
    )


class Measured(Entry):
    """What a column of figures may hold: shared by data elements and comparisons."""

    column: str | None = Field(None, description="header of its column (tabular sources)")
    areas: tuple[AreaKind, ...] = Field(("commune",), min_length=1)
    frequency: PeriodKind | None = Field(None, description="if other than the delivery's")
    scope: Slug | None = Field(None, description="what it covers (vocabulary.yml)")
    required: StrictBool = Field(False, description="a blank cell refuses the extract")
    whole: StrictBool | None = Field(
        None,
        description="no fractions; if left out, figures of a unit that is counted have none "
        "(vocabulary.yml)",
    )
    min: float | None = None
    max: float | None = None


class Comparison(Measured):
    """A second deliverer's figure of a data element: compared, never published as the fact."""

    tolerance: Tolerance = Tolerance()
    hold: StrictBool = Field(False, description="a contradiction holds the cell of record")


def category_key(whole: str, breakdown: str, category: str) -> str:
    """The key of one category of a data element or indicator: ``births.sex.female``."""
    return f"{whole}.{breakdown}.{category}"


class Breakdown(Entry):
    """A data element told by category (sex, age band …), each in a column of its own."""

    columns: dict[Slug, str] = Field(
        min_length=1,
        description="category (vocabulary.yml): header of its column; of records, the column "
        "from which it is counted",
    )
    complete: StrictBool = Field(
        True, description="the categories add up to the whole; else they are a part of it"
    )
    tolerance: Tolerance = Field(
        Tolerance(), description="how far the sum of the categories may lie from the whole"
    )
    expected_from: PeriodLabel | None = Field(
        None, description="first period that must be broken down; every period if left out"
    )


class DataElement(Measured):
    """The smallest fact that is delivered, and how it rolls up."""

    name: Name
    unit: Slug
    over_time: Literal[
        "sum", "mean", "weighted_mean", "last", "first", "max", "min", "cumulative"
    ] = Field(
        description="sum of flows, (weighted) mean of levels, last or first stock, highest or "
        "lowest of the span; cumulative: delivered as year to date, differenced where a "
        "period's own value is asked"
    )
    over_areas: OverAreas
    to_date: StrictBool = Field(
        False,
        description="each figure speaks of the year up to its period, as published growth of a "
        "running total does; nothing is added up or differenced",
    )
    weight: Slug | None = Field(None, description="data element that weighs a weighted mean")
    shared_by: Slug | None = Field(
        None, description="measure by which a divided area is shared out (area_successions.csv)"
    )
    zero_needs: tuple[Slug, ...] = Field(
        (),
        description="a zero counts only where one of these data elements has a value; "
        "else nothing was measured and it is missing",
    )
    jump: float | None = Field(
        None,
        ge=3,
        description="a movement so many times the usual one is raised as a jump; default 12",
    )
    related: Slug | None = Field(
        None,
        description="another count of the same source that moves with it in every area: where their "
        "ratio is a third away from that of all areas, its owner is asked",
    )
    breakdowns: dict[Slug, Breakdown] = Field({}, description="by sex, age band, sector …")
    carry: int = Field(
        0, ge=0, le=10, description="periods of its own kind for which a value stays usable after"
    )
    disclosure: Disclosure | None = Field(
        None, description="a count of people: smaller ones are not told, nor what reveals them"
    )
    children: Tolerance | None = Field(
        None, description="how far a delivered parent may lie from the roll-up of its children"
    )

    @model_validator(mode="after")
    def _consistent(self) -> DataElement:
        weighted = "weighted_mean" in (self.over_areas, self.over_time)
        if weighted != (self.weight is not None):
            raise ValueError("«weight» belongs to «weighted_mean», over areas or time, only there")
        if self.disclosure and not self.is_count:
            raise ValueError("«disclosure» protects counts: no mean is one")
        return self

    @property
    def is_count(self) -> bool:
        """Whether its figures may be counts of something, rather than means of it."""
        return self.over_areas != "weighted_mean" and self.over_time not in (
            "mean",
            "weighted_mean",
        )

    def broken_down(self, key: str) -> dict[str, DataElement]:
        """The categories as data elements of their own, by ``category_key``.

        They roll up as the whole does, and are bounded as it is.
        """
        return {
            category_key(key, breakdown, category): self.model_copy(
                update={
                    "column": column if self.column else None,
                    "required": False,
                    "breakdowns": {},
                    "children": None,
                    "zero_needs": (),
                }
            )
            for breakdown, told in self.breakdowns.items()
            for category, column in told.columns.items()
        }


class ContractCheck(Entry):
    """What must hold between data elements of one source, per area and period."""

    name: Name
    left: Operands
    compare: Literal["equals", "at_most", "at_least"]
    right: Operands
    tolerance: Tolerance = Tolerance()


class Conduct(Entry):
    """How a source of the demonstration behaves where it is not exemplary, to show what is found."""

    days_late: int = Field(
        0, ge=0, le=60, description="its files come up to so many days after they were due"
    )
    revised_after: int | None = Field(
        None,
        ge=1,
        le=365,
        description="days after which a second file of a period brings its final figures; its "
        "demonstration.sql is told by the variable «final» which of the two it makes",
    )


class Source(Entry):
    """The contract of one source (``source.yml``): owner, delivery, columns, data elements."""

    source: Slug
    name: Name
    sector: Slug
    owner: tuple[Ownership, ...] = Field(min_length=1)
    synthetic: StrictBool = Field(
        description="true: demonstration data, marked wherever it is shown"
    )
    demonstration: Conduct = Field(
        Conduct(), description="how it delivers, if it is synthetic; on its days if left out"
    )
    published_by: str | None = Field(None, description="where real figures were published")
    access: Access = Field(
        "internal", description="who may see its figures, and what is computed from them, at most"
    )
    licence: Slug | None = Field(
        None, description="terms of use (publication.yml), if other than those of its access"
    )
    delivery: Delivery
    table: Table | None = None
    records: Records | None = None
    mandate: Mandate = Mandate()
    report: dict[ReportConcept, Name] = Field(
        {}, description="what only people can write of its quality report (docs/method.md)"
    )
    corrections: Corrections = Corrections()
    data_elements: dict[Slug, DataElement] = Field(
        {}, description="the facts of which it is the one source"
    )
    comparisons: dict[Slug, Comparison] = Field(
        {}, description="data elements of other sources that it delivers for comparison only"
    )
    checks: dict[Slug, ContractCheck] = Field(
        {}, description="what must hold between its data elements; a breach holds the cells"
    )

    @property
    def elements(self) -> dict[str, DataElement]:
        """The data elements and their categories, each by its own key."""
        found: dict[str, DataElement] = {}
        for key, element in self.data_elements.items():
            found |= {key: element} | element.broken_down(key)
        return found

    @property
    def corrected_rows(self) -> CorrectedRows:
        """What a later file of a period does to the rows of the one before."""
        return self.corrections.rows or ("replace" if self.comparisons else "whole")

    @property
    def delivered(self) -> Mapping[str, Measured]:
        """The columns of figures, by data element."""
        return self.elements or self.comparisons

    @property
    def area(self) -> AreaReference:
        """Where its rows say which area they are about."""
        part = self.table or self.records
        assert part, "the validator lets through exactly one of the two"
        return part.area

    @model_validator(mode="after")
    def _consistent(self) -> Source:
        if (self.table is None) == (self.records is None):
            raise ValueError("write either «table» or «records»")
        if not self.synthetic and self.demonstration != Conduct():
            raise ValueError("«demonstration» is said of a source that is «synthetic»")
        if not self.synthetic and not self.published_by:
            raise ValueError("real figures name where they were published («published_by»)")
        if bool(self.data_elements) == bool(self.comparisons):
            raise ValueError(
                "write either «data_elements» (the one source) or «comparisons» (a second one)"
            )
        if self.comparisons and not self.table:
            raise ValueError("comparisons come in a «table»")
        words = self.table.vintage.values.values() if self.table and self.table.vintage else ()
        if unknown := sorted(set(words) - set(VINTAGES)):
            raise ValueError(f"unknown vintage {', '.join(unknown)}: {', '.join(VINTAGES)}")
        for element, declared in self.delivered.items():
            if (declared.column is None) != (self.table is None):
                raise ValueError(
                    f"{element}: «column» is written for tabular sources, and only for those"
                )
        return self
