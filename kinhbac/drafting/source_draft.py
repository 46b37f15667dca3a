"""A ``source.yml`` to start from, drafted from a delivered file.

Here: what columns mean for a contract: area, period, figures with unit and roll-up, or records with
their key; what is still to be said. Not here: what columns hold (``delivered_columns``), how a
draft is written and marked (``exchange.contracts.draft``).

Everything is a guess and marked «to be confirmed». What nobody can guess has a word that no list of
the registry knows, so that ``kinhbac check`` asks for it. No cell of a text and no name of a file
stands in a draft: of figures bounds, of texts nothing. Past 200 lines because a contract is drafted part by part, in its own order.
"""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

from kinhbac.drafting.delivered_columns import (
    Column,
    Delivered,
    fold_words,
    read_columns,
)
from kinhbac.drafting.delivered_form import find_delivery
from kinhbac.drafting.delivered_places import Places, find_names, find_places
from kinhbac.exchange.contracts.delivery_terms import NOBODY, Terms
from kinhbac.exchange.contracts.draft import write_terms
from kinhbac.exchange.contracts.guesses import NOT_SAID, slug
from kinhbac.ingest.reading_room import open_room
from kinhbac.periods import Period, PeriodKind
from kinhbac.registry import Registry
from kinhbac.registry.declared.vocabulary import Unit
from kinhbac.spelling import without_marks

STOCKS = re.compile(r"\b(hien co|cuoi ky|cuoi thang|dan so|dang|ton|thuc ke|so du|tong so .* co)\b")
"""Words of headers that tell of a stock, folded."""
LARGEST_CODE = 99
"""The highest whole number of records that is told: a code, and no person's."""


@dataclass(frozen=True)
class Wishes:
    """What a person says beforehand; what is left out is drafted to be said."""

    source: str = "new_source"
    agency: str | None = None
    sector: str | None = None
    frequency: str | None = None


@dataclass(frozen=True)
class Draft:
    """The text of a ``source.yml``, of ``observations.sql`` for records, what is still to be
    said, and what was seen of the file."""

    text: str
    observations: str | None
    to_say: list[str]
    seen: list[str]


def draft_from_file(path: Path, registry: Registry, today: date, wishes: Wishes) -> Draft:
    """Draft the contract of the file at ``path``.

    Raises Refused where no table is found or a header names a person, Unreadable and
    ProblemsFound for what no contract would let in.
    """
    path = path.absolute()  # it is read by another process
    label = path.parent.name
    delivery = find_delivery(path, wishes.frequency or _frequency_of(label) or "month")
    with (
        tempfile.TemporaryDirectory(prefix="kinhbac-draft-") as folder,
        open_room(Path(folder) / "room") as room,
    ):
        delivered = read_columns(path, delivery, room)
    places = find_places(delivered, registry.areas, today)
    terms = Terms()
    _put_head(terms, wishes, today)
    columns = dict(delivered.columns)
    period = next((c for c in columns.values() if c.kind == "period"), None)
    dated = wishes.frequency or _frequency_of(label) or (period.period if period else None)
    _put_delivery(terms, delivered, dated)
    names = find_names(delivered, registry.areas, today, places) if places else None
    observations = None
    if _is_records(delivered, places, period):
        observations = _put_records(terms, wishes.source, columns, places, registry)
    else:
        if period is None:
            period = _dated(delivered, places)
        _put_table(terms, columns, places, names, period, registry)
    return Draft(
        write_terms(terms, "the file"),
        observations,
        [*_to_say(terms)],
        [*_seen(delivered, places)],
    )


def _frequency_of(label: str) -> PeriodKind | None:
    """The kind of period after which the file's folder is called."""
    try:
        return Period.parse(label).kind
    except ValueError:
        return None


def _put_head(terms: Terms, wishes: Wishes, today: date) -> None:
    terms.put("source", wishes.source, guessed=False)
    name = wishes.source.replace("_", " ").capitalize()
    terms.put("name", {"vi": name, "en": name}, guessed=False)
    terms.guessed |= {("name", "vi"), ("name", "en")}
    terms.put("sector", wishes.sector or NOT_SAID, guessed=not wishes.sector)
    owner = {"agency": wishes.agency or NOBODY, "from": today.replace(month=1, day=1)}
    terms.put("owner", [owner], guessed=False)
    terms.guessed |= {("owner", 0, "from")}
    if not wishes.agency:
        terms.guessed |= {("owner", 0, "agency")}
    terms.put("synthetic", False, guessed=True)
    terms.put("published_by", "an internal return", guessed=True)


def _put_delivery(terms: Terms, delivered: Delivered, frequency: str | None) -> None:
    """Terms of delivery in their order; what is as the contract has it anyway is left out."""
    promise = delivered.delivery
    said: dict[str, Any] = {"format": promise.format, "frequency": str(frequency or "month")}
    fields = ("encoding", "delimiter", "sheet", "title_rows", "header_rows", "records_at")
    for name in fields:
        value = getattr(promise, name)
        if value != type(promise).model_fields[name].default:
            said[name] = value
    said |= delivered.numbers.settle()
    forms = {"date": "date_format", "timestamp": "timestamp_format"}
    for kind, name in forms.items():
        found = {c.form for c in delivered.columns.values() if c.kind == kind and c.form}
        if len(found) == 1 and (form := found.pop()) != type(promise).model_fields[name].default:
            said[name] = form
    if delivered.missing:
        said["missing"] = delivered.missing
    if delivered.footnotes:
        said["footnote_marks"] = delivered.footnotes
    terms.said["delivery"] = said
    if frequency is None:
        terms.guessed.add(("delivery", "frequency"))


def _is_records(delivered: Delivered, places: Places | None, period: Column | None) -> bool:
    """Whether rows are records: one area, and period, has several of them."""
    keys = [name for name in (places and places.column, period and period.header) if name]
    if places is None or len(delivered.cells[places.column]) < 2:
        keyed = next((c for c in delivered.columns.values() if _may_be_key(c)), None)
        return places is None and period is None and keyed is not None and delivered.rows > 2
    parts = [delivered.cells[name].cast(str) for name in keys]
    rows = list(zip(*(part.to_list() for part in parts), strict=True))
    if len(set(rows)) == len(rows):
        return False
    others = [c for c in delivered.columns.values() if c.header not in keys]
    if any(c.kind == "personal" for c in others):
        return True
    dates = [c for c in others if c.kind == "date"]
    for one in dates:  # a day that tells rows of a table apart
        told = list(zip(*(p.to_list() for p in (*parts, delivered.cells[one.header])), strict=True))
        if len(set(told)) == len(told) and len({c.header for c in dates}) == 1:
            return False
    return True


def _may_be_key(column: Column) -> bool:
    return column.distinct and column.kind in ("text", "integer")


def _dated(delivered: Delivered, places: Places | None) -> Column | None:
    """The one column of days of a table, which names the period of a row."""
    days = [c for c in delivered.columns.values() if c.kind == "date"]
    return days[0] if len(days) == 1 and (delivered.rows > 1 or places) else None


def _area(
    terms: Terms, part: str, places: Places | None, names: str | None, registry: Registry
) -> dict[str, Any]:
    if places is None:
        provinces = [a.area for a in registry.areas.areas.values() if a.kind == "province"]
        terms.guessed.add((part, "area", "always"))
        return {"always": provinces[0] if len(provinces) == 1 else NOT_SAID}
    said: dict[str, Any] = {"column": places.column}
    if names and part == "table":
        said["name"] = names
    if places.system != "statistics":
        said["code_system"] = places.system
    if places.changed:
        said["codes"] = {"pad": True}
        terms.notes[(part, "area", "codes")] = "codes have lost zeros, or stand beside names"
    if day := places.until or places.since:
        said["codes_as_of"] = day
        terms.guessed.add((part, "area", "codes_as_of"))
    terms.guessed.add((part, "area", "column"))
    return said


def _put_table(
    terms: Terms,
    columns: Mapping[str, Column],
    places: Places | None,
    names: str | None,
    period: Column | None,
    registry: Registry,
) -> None:
    area = _area(terms, "table", places, names, registry)
    table: dict[str, Any] = {"area": area}
    if period:
        form = {"format": period.form} if period.form else {}
        table["period"] = {"column": period.header, **form}
        terms.guessed.add(("table", "period", "column"))
    taken = {area.get("column"), area.get("name"), period.header if period else None}
    left = [c for c in columns.values() if c.header not in taken]
    figures = [c for c in left if c.kind in ("integer", "number") and not _is_order(c)]
    if rest := [c.header for c in left if c not in figures and c.kind != "personal"]:
        table["ignored"] = rest
        terms.guessed.add(("table", "ignored"))
    if personal := [c.header for c in left if c.kind == "personal"]:
        table["personal"] = personal
        terms.guessed.add(("table", "personal"))
    terms.said["table"] = table
    terms.said["data_elements"] = {}
    kinds = list(places.kinds) if places else ["province"]
    for column, key in _keyed(figures):
        _put_element(terms, key, column, kinds, registry)
    if not figures:
        _put_element(terms, NOT_SAID, Column(NOT_SAID, "number"), kinds, registry)


def _is_order(column: Column) -> bool:
    """Whether a column numbers the rows («STT»)."""
    return fold_words(column.header) in ("stt", "tt", "so thu tu", "no") and column.whole


def _keyed(columns: list[Column]) -> Iterator[tuple[Column, str]]:
    """Each column with a key of its own."""
    used: set[str] = set()
    for column in columns:
        stem = key = slug(re.sub(r"\(.*?\)", "", column.header) or column.header)[:70]
        number = 2
        while key in used:
            key, number = f"{stem}_{number}", number + 1
        used.add(key)
        yield column, key


def _put_element(
    terms: Terms, key: str, column: Column, kinds: list[str], registry: Registry
) -> None:
    unit = _unit_of(column, registry.vocabulary.units)
    units = registry.vocabulary.units
    # Whole numbers of nobody knows what are counts rather than rates.
    adds = _adds_up(units[unit]) if unit in units else column.whole
    stock = bool(STOCKS.search(fold_words(column.header))) or unit in ("km2", "hectare")
    over_time = "last" if stock or not adds else "sum"
    element: dict[str, Any] = {
        "name": {"vi": " ".join(column.header.split()), "en": " ".join(column.header.split())},
        "unit": unit or NOT_SAID,
        "column": column.header,
        **({"areas": kinds} if kinds != ["commune"] else {}),
        "over_time": over_time,
        "over_areas": "sum" if adds and kinds != ["province"] else "none",
    }
    if column.whole and not (unit in units and units[unit].counted):
        element["whole"] = True
    if column.lowest is not None and column.lowest >= 0:
        element["min"] = 0
        if unit == "percent" and (column.highest or 0) <= 100:
            element["max"] = 100
    terms.said["data_elements"][key] = element
    for name in element.keys() - {"column"}:
        terms.guessed.add(("data_elements", key, name))
    terms.guessed |= {("data_elements", key, "name", language) for language in ("vi", "en")}
    terms.guessed.discard(("data_elements", key, "name"))
    if column.lowest is not None and column.highest is not None and column.filled > 1:
        bound = "min" if "min" in element else "unit"
        seen = f"seen {_digits(column.lowest)} to {_digits(column.highest)}"
        terms.notes[("data_elements", key, bound)] = seen


def _digits(value: float) -> str:
    """A bound to two digits, further out: no cell is told."""
    return f"{value:.2g}" if abs(value) < 1000 else f"{value:.1e}"


def _adds_up(unit: Unit) -> bool:
    return unit.adds_up if unit.adds_up is not None else not re.search(r"[/%‰]", unit.vi)


def _unit_of(column: Column, units: Mapping[str, Unit]) -> str | None:
    """The unit that cells or header name: a percent sign, what stands in brackets, a counted
    thing among its words."""
    if column.percent:
        return "percent" if "percent" in units else None
    header = without_marks(column.header)
    called = {without_marks(unit.vi): key for key, unit in reversed([*units.items()])}
    for part in re.findall(r"\(([^()]*)\)", header):
        plain = part.replace("dvt", "").strip(" :.").replace("²", "2")
        for said in (plain, plain.replace("2", "²")):
            if said in called:
                return called[said]
    if re.search(r"\bty le\b|%", header) and "percent" in units:
        return "percent"
    words = f" {fold_words(column.header)} "
    found: list[tuple[int, str]] = [
        (len(name), key)
        for name, key in called.items()
        if len(name) > 1 and units[key].counted and f" {name} " in words
    ]
    return max(found)[1] if found else None


def _put_records(
    terms: Terms,
    source: str,
    columns: Mapping[str, Column],
    places: Places | None,
    registry: Registry,
) -> str:
    """Records with their columns, one count of them, and the select that counts."""
    area = _area(terms, "records", places, None, registry)
    left = [c for c in columns.values() if c.header != area.get("column")]
    key = next((c for c in left if _may_be_key(c)), None)
    told: dict[str, Any] = {}
    happened: str | None = None
    for column, name in _keyed(left):
        if column.kind == "personal":
            told[column.header] = {"personal": True}
        elif column.kind == "blank":
            told[column.header] = {"ignored": True}
        else:
            kind = "text" if column.kind == "period" else column.kind
            told[column.header] = {"as": name, "type": kind}
            if column is key:
                told[column.header]["key"] = True
            if column.lowest is not None and column.lowest >= 0:
                told[column.header]["min"] = 0
            low, high = column.lowest, column.highest
            if column.whole and low is not None and high is not None and high <= LARGEST_CODE:
                terms.notes["records", "columns", column.header] = f"seen {low:.0f} to {high:.0f}"
            if kind in ("date", "timestamp") and happened is None:
                happened = name
        terms.guessed.add(("records", "columns", column.header))
    if key is None:
        first = next((c for c in left if "as" in told[c.header]), None)
        if first:
            told[first.header]["key"] = True
            terms.notes[("records", "columns", first.header)] = (
                "no column tells all records apart: say which do together (key: true)"
            )
    terms.said["records"] = {"area": area, "columns": told}
    element = {
        "name": {"vi": f"Số hồ sơ {source}", "en": f"Records of {source}"},
        "unit": NOT_SAID,
        **({"areas": list(places.kinds)} if places and places.kinds != ("commune",) else {}),
        **({"areas": ["province"]} if not places else {}),
        "over_time": "sum",
        "over_areas": "sum" if places else "none",
    }
    counted = f"{source}_records"[:80]
    terms.said["data_elements"] = {counted: element}
    terms.guessed |= {("data_elements", counted, name) for name in element if name != "name"}
    terms.guessed |= {("data_elements", counted, "name", one) for one in ("vi", "en")}
    start = f"date_trunc('month', {happened})" if happened else "period_start"
    return (
        "-- Records, by the month in which they happened. To be confirmed: what counts, and when.\n"
        f"select\n    area,\n    {start} as period_start,\n    count(*) as {counted}\n"
        "from records\ngroup by all\n;\n"
    )


def _to_say(terms: Terms) -> Iterator[str]:
    """What nobody can guess, by its place."""
    if terms.said["sector"] == NOT_SAID:
        yield "sector"
    if terms.said["owner"][0]["agency"] == NOBODY:
        yield "owner: agency"
    part = terms.said.get("table") or terms.said["records"]
    if part["area"].get("always") == NOT_SAID:
        yield "area: always"
    for key, element in terms.said["data_elements"].items():
        if element["unit"] == NOT_SAID:
            yield f"unit of {key}"


def _seen(delivered: Delivered, places: Places | None) -> Iterator[str]:
    """What a person should know of the file before confirming anything."""
    yield f"{delivered.rows:,} rows, {len(delivered.columns)} columns"
    if places is None:
        yield "no column of codes of areas was recognised: the whole file speaks of one area"
    if personal := [c.header for c in delivered.columns.values() if c.kind == "personal"]:
        yield f"personal, and never let in: {', '.join(personal)}"
    for header, count in delivered.unread.items():
        yield f"«{header}»: {count:,} cells are no numbers; kinhbac try names them"
    thousands = delivered.numbers.thousands
    if thousands and not delivered.numbers.settle():
        yield "numbers such as 1.234 can be read in two ways: say «decimal» or «thousands»"


def without_file(wishes: Wishes, today: date) -> str:
    """The text of a contract of a form that nobody has delivered yet: one figure a commune."""
    terms = Terms()
    _put_head(terms, replace(wishes), today)
    terms.said["delivery"] = {"format": "xlsx", "frequency": wishes.frequency or "month"}
    terms.said["table"] = {"area": {"column": "Mã đơn vị", "name": "Tên đơn vị"}}
    terms.said["data_elements"] = {
        f"{wishes.source}_figure"[:80]: {
            "name": {"vi": "Số liệu", "en": "Figure"},
            "unit": NOT_SAID,
            "column": "Số liệu",
            "over_time": "sum",
            "over_areas": "sum",
        }
    }
    key = f"{wishes.source}_figure"[:80]
    terms.guessed |= {
        ("delivery", "format"),
        ("delivery", "frequency"),
        ("table", "area", "column"),
    }
    terms.guessed |= {
        ("data_elements", key, name) for name in ("unit", "column", "over_time", "over_areas")
    }
    return write_terms(terms, "the draft")
