"""What of an operand enters a formula, in words: «tháng trước; tháng 1–3; lớn nhất trong các đơn vị».

Here: the words of an operand's time, areas and factor, and a formula that calls its operands by their
names. Not here: the formula as it is written for the registry's readers
(``registry.definitions.formulas``).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from kinhbac.words.catalogue import Code, words_of

KEY = re.compile(r"[a-z]\w*")
BEFORE = re.compile(r"previous_year\((\w+)\)")
SPAN = re.compile(r"\[(\w+)\]$")


def say_formula(formula: str, names: Mapping[str, str], code: Code) -> str:
    """The formula for those who know things by their names; ``names``: operand → its name.

    >>> growth = "100 × (births − previous_year(births)) ÷ previous_year(births) [year_to_date]"
    >>> say_formula(growth, {"births": "Births"}, "en")
    '100 × («Births» − «Births» (a year before)) ÷ «Births» (a year before) [since the year began]'
    >>> say_formula("index(births, min(2, deaths))", {"births": "Births"}, "en")
    'index(«Births», min(2, deaths))'
    """
    said, *span = SPAN.split(formula)
    said = BEFORE.sub(rf"\1 ({words_of(code).taken.year_before})", said)
    said = KEY.sub(lambda key: f"«{names[key[0]]}»" if key[0] in names else key[0], said)
    return f"{said}[{_say_span(span[0], code)}]" if span else said


def say_taken(row: Mapping[str, Any], code: Code) -> str:
    """How an operand is taken where it is not as the indicator itself; empty where it is.

    ``row``: ``span`` (None for an indicator), ``own_span`` of the formula, ``lag_months``, ``factor``.

    >>> row = {"span": "months_1_2_3/max", "own_span": "period", "lag_months": 12, "factor": None}
    >>> say_taken(row, "vi")
    'tháng 1–3, lớn nhất trong các đơn vị, cùng kỳ năm trước'
    >>> say_taken({"span": None, "own_span": "period", "lag_months": 0, "factor": "divided_by"}, "en")
    'divided by it'
    """
    taken = words_of(code).taken
    span, _, units = (row["span"] or row["own_span"]).partition("/")
    said = [taken[row["factor"]]] if row["factor"] in ("multiplied_by", "divided_by") else []
    if span != row["own_span"]:
        said.append(_say_span(span, code))
    if units:
        said.append(taken[units])
    years, months = divmod(row["lag_months"], 12)
    if months:
        said.append(taken.months_before.format(n=row["lag_months"]) if row["lag_months"] > 1
                    else taken.month_before)  # fmt: skip
    elif years:
        said.append(taken.years_before.format(n=years) if years > 1 else taken.year_before)
    return ", ".join(said)


def _say_span(span: str, code: Code) -> str:
    words = words_of(code)
    if span.startswith("months_"):
        return str(words.taken.listed.format(months=_write_months(span)))
    kind, _, months = span.removesuffix("_months").rpartition("_")
    covers = {"year_to_date": "to_date", "period": "in_period"}.get(span, kind)
    return str(words.covers[covers].format(n=months))


def _write_months(span: str) -> str:
    """``months_1_2_3_7`` as 1–3, 7."""
    runs: list[list[int]] = []
    for month in map(int, span.split("_")[1:]):
        if runs and runs[-1][-1] == month - 1:
            runs[-1].append(month)
        else:
            runs.append([month])
    return ", ".join(f"{run[0]}–{run[-1]}" if len(run) > 1 else f"{run[0]}" for run in runs)
