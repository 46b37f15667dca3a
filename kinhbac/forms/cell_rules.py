"""What one cell of a form may hold.

Here: the bounds, words and marks of a contract as one rule; the rule as a sentence in both
languages and as a formula of a spreadsheet. Not here: which columns there are (``layout``),
writing it into a workbook (``data_sheet``). The door judges what is delivered; a rule
here only tells it earlier, to the person who types.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from kinhbac.ingest.values import ValueType
from kinhbac.registry.declared.contract import Delivery, Measured, RecordColumn
from kinhbac.registry.declared.entries import Name

MISSING = Name(vi="chưa có số liệu", en="not reported")
NOT_APPLICABLE = Name(vi="không phát sinh, không áp dụng", en="nothing to report here")
SUPPRESSED = Name(vi="có nhưng không được công bố", en="known, and not to be told")
TRUTHS = ("có", "không")
"""How a form writes true and false; the door reads other words as well."""

_TYPED_AS_NUMBER = re.compile(r"[+-]?[\d.,\s]+%?")


@dataclass(frozen=True)
class CellRule:
    """The type of a cell, its bounds, the words it may hold, and whether it must be filled.

    ``marks`` are texts that stand in place of a value: text → what it says.
    """

    kind: ValueType = "text"
    least: float | None = None
    most: float | None = None
    words: tuple[str, ...] = ()
    marks: dict[str, Name] = field(default_factory=dict)
    required: bool = False
    pattern: str | None = None

    @property
    def numeric(self) -> bool:
        return self.kind in ("integer", "number")


def marks_of(delivery: Delivery) -> dict[str, Name]:
    """The marks of absence that can be typed into a workbook.

    A spreadsheet turns a mark such as -1.0 into a number, so that a form leaves it out: an
    empty cell says the same.
    """
    told = (
        (delivery.missing, MISSING),
        (delivery.not_applicable, NOT_APPLICABLE),
        (delivery.suppressed, SUPPRESSED),
    )
    return {
        mark: meaning
        for marks, meaning in told
        for mark in marks
        if not _TYPED_AS_NUMBER.fullmatch(mark)
    }


def figure_rule(measured: Measured, delivery: Delivery) -> CellRule:
    """The rule of a column of figures. A required one may say why there is none."""
    marks = marks_of(delivery)
    if measured.required:
        marks = {mark: meaning for mark, meaning in marks.items() if meaning != MISSING}
    return CellRule(
        "integer" if measured.whole else "number",
        measured.min,
        measured.max,
        marks=marks,
        required=measured.required,
    )


def record_rule(column: RecordColumn, delivery: Delivery) -> CellRule:
    """The rule of a column of a record-level source."""
    required = column.required or column.key
    return CellRule(
        column.type,
        column.min,
        column.max,
        TRUTHS if column.type == "boolean" else column.one_of,
        {} if required else marks_of(delivery),
        required,
        column.pattern,
    )


def rule_sentence(rule: CellRule) -> Name:
    """The rule in words, for the one who fills the cell in."""
    vi, en = zip(*_parts(rule), strict=True)
    return Name(vi=", ".join(vi), en=", ".join(en))


def _parts(rule: CellRule) -> Iterator[tuple[str, str]]:
    if rule.words:
        yield "chọn trong danh sách", "choose from the list"
    else:
        yield {
            "integer": ("số nguyên", "a whole number"),
            "number": ("số", "a number"),
            "date": ("ngày/tháng/năm, ví dụ 05/10/2026", "a date"),
            "timestamp": (
                "ngày và cả giờ, ví dụ 05/10/2026 08:30",
                "a day and its time; a day alone is refused",
            ),
        }.get(rule.kind, ("chữ", "text"))
    least, most = rule.least, rule.most
    if least is not None and most is not None:
        yield f"từ {_vi(least)} đến {_vi(most)}", f"from {least:,.15g} to {most:,.15g}"
    elif least is not None:
        yield f"không nhỏ hơn {_vi(least)}", f"at least {least:,.15g}"
    elif most is not None:
        yield f"không lớn hơn {_vi(most)}", f"at most {most:,.15g}"
    if rule.pattern:
        yield f"đúng mẫu {rule.pattern}", f"of the form {rule.pattern}"
    if rule.required:
        yield "bắt buộc", "required"
    else:
        vi, en = absence_in_words(rule.marks, MISSING)
        yield f"{vi} nếu {MISSING.vi}", f"{en} if {MISSING.en}"
    for meaning in (NOT_APPLICABLE, SUPPRESSED):
        if meaning in rule.marks.values():
            vi, en = absence_in_words(rule.marks, meaning)
            yield f"{vi} nếu {meaning.vi}", f"{en} if {meaning.en}"


def absence_in_words(marks: dict[str, Name], meaning: Name) -> tuple[str, str]:
    """What is to be written where ``meaning`` is the case: nothing, or one of its marks."""
    written = ", ".join(f"«{mark}»" for mark, said in marks.items() if said == meaning)
    if meaning != MISSING:
        return f"ghi {written}", f"write {written}"
    return (
        f"để trống hoặc ghi {written}" if written else "để trống",
        f"leave it empty or write {written}" if written else "leave it empty",
    )


def _vi(number: float) -> str:
    return f"{number:,.15g}".translate(str.maketrans(",.", ".,"))


def rule_formula(
    rule: CellRule, cell: str, list_of: Callable[[tuple[str, ...]], str]
) -> str | None:
    """A formula that is true where ``cell`` keeps the rule; None where any text does.

    ``list_of`` gives the defined name under which texts stand in the workbook.
    """
    terms: list[str] = []
    if rule.words:
        terms.append(_is_one_of(cell, list_of(rule.words)))
    elif rule.numeric:
        terms.append(f"ISNUMBER({cell})")
        terms += [f"{cell}>={rule.least:.15g}"] if rule.least is not None else []
        terms += [f"{cell}<={rule.most:.15g}"] if rule.most is not None else []
        terms += [f"{cell}=INT({cell})"] if rule.kind == "integer" else []
    elif rule.kind in ("date", "timestamp"):
        # What the door reads as a day has no time; a time has one.
        terms += [f"ISNUMBER({cell})", f"{cell}>=1"]
        terms.append(f"{cell}{'=' if rule.kind == 'date' else '>'}INT({cell})")
    if not terms:
        return None
    # Not one AND: INT of a text is an error, which inside OR would refuse the marks as well.
    kept = terms[0] if len(terms) == 1 else f"IF({terms[0]},AND({','.join(terms[1:])}),FALSE)"
    if not rule.marks:
        return kept
    return f"OR({kept},{_is_one_of(cell, list_of(tuple(rule.marks)))})"


def _is_one_of(cell: str, name: str) -> str:
    # EXACT knows case, as the door does, and no wildcards.
    return f"SUMPRODUCT(--EXACT({cell},{name}))>0"
