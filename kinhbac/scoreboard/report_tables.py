"""Tables of the periodic report, and how its document writes a figure.

Here: columns, and the words for what is absent, held, provisional or simulated. Not here: which
tables stand where (``report_document``).
"""

from __future__ import annotations

from collections.abc import Sequence

from kinhbac.documents.official_paper import Column, Paper
from kinhbac.forms.period_names import in_text
from kinhbac.periods import Period, PeriodKind
from kinhbac.scoreboard.tables import Row
from kinhbac.words.catalogue import words_of
from kinhbac.words.language import Language, digits_of_change

VI = Language("vi")
WORDS = words_of("vi")
SAID = WORDS.report_document
PAGE = WORDS.indicator
SIMULATED = "*"


def add_values(paper: Paper, rows: Sequence[Row]) -> None:
    columns = [
        Column(WORDS.today.indicator, 37),
        Column(PAGE.unit, 15),
        Column(PAGE.period, 21),
        Column(PAGE.value, 18, True),
        Column(PAGE.target, 14, True),
        Column(PAGE.status, 20),
        Column(PAGE.previous, 16, True),
        Column(PAGE.last_year, 16, True),
    ]
    paper.table(
        columns,
        [
            [
                VI.qualified(row),
                row["unit_vi"],
                say_period(row),
                say_value(row),
                VI.number(row["target"], row["decimals"]),
                say_judgement(row),
                _signed(row, "previous_change"),
                _signed(row, "last_year_change"),
            ]
            for row in rows
        ],
    )


def add_the_rest(paper: Paper, rows: Sequence[Row]) -> None:
    """Figures that nothing is judged by: whose they are stands where a target would."""
    columns = [
        Column(WORDS.today.indicator, 44),
        Column(PAGE.unit, 18),
        Column(PAGE.period, 21),
        Column(PAGE.value, 21, True),
        Column(PAGE.previous, 18, True),
        Column(PAGE.last_year, 18, True),
        Column(PAGE.owner, 22),
    ]
    paper.table(
        columns,
        [
            [
                VI.qualified(row),
                row["unit_vi"],
                say_period(row),
                say_value(row),
                _signed(row, "previous_change"),
                _signed(row, "last_year_change"),
                row["owner"],
            ]
            for row in rows
        ],
    )


def add_ranks(paper: Paper, rows: Sequence[Row]) -> None:
    columns = [
        Column(PAGE.area, 50),
        Column(PAGE.value, 28, True),
        Column(PAGE.rank, 16, True),
        Column(WORDS.report.interval, 20, True),
    ]
    paper.table(
        columns,
        [
            [
                row["area_vi"],
                say_value(row),
                _say_rank(row),
                VI.number(None)
                if row["rank_low"] is None
                else f"{VI.number(row['rank_low'])} – {VI.number(row['rank_high'])}",
            ]
            for row in rows
        ],
    )


def _say_rank(row: Row) -> str:
    """A place among those that have a figure, and of how many there are where that is not all."""
    rank = f"{VI.number(row['rank'])}/{row['units']}"
    if (row["units_all"] or 0) <= row["units"]:
        return rank
    return f"{rank} {WORDS.area.of_all.format(all=row['units_all'])}"


def is_provisional(row: Row) -> bool:
    return row["state"] == "provisional" or row["vintage"] not in (None, "final")


def say_state(row: Row) -> str:
    """The state of a figure; one that is held and not there says which was the last good one."""
    state: str = WORDS.state[row["state"]]
    if row["state"] != "held" or row["value"] is not None or row["last_good_value"] is None:
        return state
    of = Period(row["last_good_period_start"], PeriodKind(row["period_kind"]))
    good = VI.number(row["last_good_value"], row["decimals"])
    return str(SAID.reason_held.format(state=state, value=good, period=in_text(of)))


def say_value(row: Row) -> str:
    """A figure, or the word for why there is none; a held one says so beside it."""
    if row["value"] is None:
        return str(WORDS.state[row["state"]])
    text = VI.number(row["value"], row.get("decimals"))
    if row["state"] not in ("value", None):
        text = f"{text} ({WORDS.state[row['state']]})"
    return marked(text, row)


def marked(text: str, row: Row) -> str:
    return f"{text}{SIMULATED}" if row["synthetic"] else text


def say_judgement(row: Row) -> str:
    """What is said of a figure; nothing where there is none, or no limit and no target."""
    judgement = row["judgement"]
    return "" if judgement in (None, "no_limits") else str(WORDS.status[judgement])


def _signed(row: Row, field: str) -> str:
    """A movement with its sign, in the digits of the figure that moved; «≈ 0» is one that they do
    not show."""
    change = row[field]
    if change is None:
        return VI.number(None)
    text = VI.number(change, digits_of_change(change, row["value"], row["decimals"]))
    if text == "0" and change:
        return "≈ 0"
    return f"+{text}" if change > 0 else text


def say_period(row: Row) -> str:
    return VI.period(row["period_kind"], row["period_start"], row.get("span"))
