"""The periodic report of the set as a document to edit.

Here: what it says in which order, its tables, its charts. Not here: the questions behind it
(``periodic_report``), the form of such a document (``documents.official_paper``). Past 200 lines
by the parts of a report, a function each.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import count

from kinhbac.documents.letterheads import ending_of, letterhead_of
from kinhbac.documents.official_paper import Column, Paper
from kinhbac.forms.period_names import in_text
from kinhbac.registry.declared.entries import GROUPS
from kinhbac.scoreboard.periodic_report import JUDGEMENTS, PeriodicReport
from kinhbac.scoreboard.report_tables import (
    add_ranks,
    add_the_rest,
    add_values,
    is_provisional,
    marked,
    say_period,
    say_state,
    say_value,
)
from kinhbac.scoreboard.tables import Row, group
from kinhbac.words.catalogue import words_of
from kinhbac.words.language import Language

ENDS = 5
"""How many communes are told from either end of a ranking."""
ABSENT = ("missing", "late", "not_yet_due")
ROMAN = ("I", "II", "III", "IV", "V", "VI")
VI = Language("vi")
WORDS = words_of("vi")
SAID = WORDS.report_document
PAGE = WORDS.indicator


def write_document(report: PeriodicReport) -> bytes:
    """The report as .docx; the same bytes for the same report."""
    paper = Paper(
        letterhead_of(
            report.province,
            SAID.kind,
            SAID.sign,
            SAID.subject.format(period=in_text(report.period)),
            report.info["as_of"],
        ),
        report.info["as_of"],
    )
    _introduce(paper, report)
    numbers = iter(ROMAN)
    figures = count(1)
    _tell_overview(paper, report, next(numbers))
    _tell_results(paper, report, next(numbers), figures)
    _tell_progress(paper, report, next(numbers))
    _tell_warnings(paper, report, next(numbers))
    _tell_communes(paper, report, next(numbers), figures)
    _tell_data(paper, report, next(numbers))
    paper.sign(ending_of(SAID.recipients))
    if report.unjudged:
        paper.annex(
            SAID.annex, SAID.annex_title, SAID.attached.format(year=report.info["as_of"].year)
        )
        add_the_rest(paper, report.unjudged)
    return paper.content()


def _introduce(paper: Paper, report: PeriodicReport) -> None:
    info = report.info
    paper.say(
        SAID.intro.format(
            release=info["release"], day=VI.day(info["as_of"]), period=in_text(report.period)
        )
    )
    if any(row["synthetic"] for row in report.values):
        paper.say(SAID.synthetic)


def _tell_overview(paper: Paper, report: PeriodicReport, number: str) -> None:
    known = [row for row in report.values if row["value"] is not None]
    by_judgement = Counter(row["judgement"] for row in known)
    paper.part(f"{number}. {SAID.overview}")
    paper.say(
        SAID.overview_text.format(
            with_value=len(known),
            all=len(report.values),
            **{judgement: by_judgement[judgement] for judgement in JUDGEMENTS},
        )
    )
    paper.say(
        SAID.gaps_text.format(
            absent=sum(row["state"] in ABSENT for row in report.values),
            held=sum(row["state"] == "held" for row in report.values),
            provisional=sum(is_provisional(row) for row in known),
            synthetic=sum(row["synthetic"] for row in known),
        )
    )


def _tell_results(
    paper: Paper, report: PeriodicReport, number: str, figures: Iterator[int]
) -> None:
    paper.part(f"{number}. {SAID.results}")
    judged = group(report.judged, "indicator_group")
    for place, key in enumerate(GROUPS, 1):
        name = WORDS.group[key]
        paper.section(f"{place}. {name[:1].upper()}{name[1:]}")
        rows = judged.get(key, [])
        if not rows:
            paper.say(WORDS.report.none_with_limits)
            continue
        add_values(paper, rows)
        for row in rows:
            if row["indicator"] in report.series:
                _draw_series(paper, row, report.series[row["indicator"]], figures)


def _tell_progress(paper: Paper, report: PeriodicReport, number: str) -> None:
    paper.part(f"{number}. {SAID.progress}")
    if not report.progress:
        paper.say(SAID.none)
        return
    columns = [
        Column(WORDS.today.indicator, 28),
        Column(PAGE.period, 12),
        Column(PAGE.value, 10, True),
        Column(PAGE.target, 10, True),
        Column(PAGE.should_stand, 10, True),
        Column(WORDS.report_column.required, 10, True),
        Column(PAGE.forecast, 16, True),
        Column(WORDS.report.outlook, 18),
    ]
    rows = [
        [
            f"{VI.qualified(row)} ({row['unit_vi']})",
            say_period(row),
            say_value(row),
            VI.number(row["target"], row["decimals"]),
            VI.number(row["should_stand"], row["decimals"]),
            VI.number(row["required_per_period"], row["decimals"]),
            _say_forecast(row),
            row["outlook_vi"] or WORDS.outlook.get(row["outlook"]) or VI.number(None),
        ]
        for row in report.progress
    ]
    paper.table(columns, rows)


def _say_forecast(row: Row) -> str:
    """The end of the year, and between what the interval of the forecast lies."""
    middle, low, high = (
        VI.number(row[end], row["decimals"])
        for end in ("forecast", "forecast_low", "forecast_high")
    )
    return middle if row["forecast_low"] is None else f"{middle} ({low} – {high})"


def _tell_warnings(paper: Paper, report: PeriodicReport, number: str) -> None:
    paper.part(f"{number}. {SAID.warnings}")
    if not report.warnings:
        paper.say(SAID.none)
        return
    columns = [
        Column(PAGE.status, 18),
        Column(WORDS.report.warning, 60),
        Column(PAGE.owner, 20),
        Column(WORDS.report.life, 30),
    ]
    paper.table(
        columns,
        [
            [
                WORDS.status[row["level"]],
                marked(row["text_vi"], row),
                row["owner"] or "",
                _life(row),
            ]
            for row in report.warnings
        ],
    )


def _life(row: Row) -> str:
    life: str = WORDS.life[row["life"]]
    if not row["action_vi"]:
        return life
    due = f"{WORDS.today.due} {VI.day(row['action_due'])}"
    return f"{life}: {row['action_vi']} ({row['action_by']}, {due})"


def _tell_communes(
    paper: Paper, report: PeriodicReport, number: str, figures: Iterator[int]
) -> None:
    paper.part(f"{number}. {SAID.communes}")
    for rows in report.ranked.values():
        name, period = rows[0]["name_vi"], say_period(rows[0])
        paper.section(SAID.ranks.format(name=name, period=period))
        ends = rows if len(rows) <= 2 * ENDS else [*rows[:ENDS], *rows[-ENDS:]]
        add_ranks(paper, ends)
        if interval_of := next((row["interval_of"] for row in ends if row["draws"]), None):
            paper.say(f"{WORDS.report.interval}: {WORDS.interval_of[interval_of]}.")
        _draw_tiles(paper, rows, SAID.tiles, figures)
    colours = [Column(WORDS.status.red, 20, True), Column(WORDS.status.yellow, 20, True)]
    if report.shared:
        paper.section(SAID.shared)
        columns = [Column(SAID.indicator, 60), Column(SAID.communes_warned, 20, True), *colours]
        paper.table(
            columns, [[VI.qualified(row), *_counts(row, "communes")] for row in report.shared]
        )
    paper.section(SAID.most_warned)
    if not report.warned:
        paper.say(SAID.none)
        return
    columns = [Column(PAGE.area, 60), *colours]
    paper.table(columns, [[row["name_vi"], *_counts(row)] for row in report.warned])


def _counts(row: Row, *first: str) -> list[str]:
    return [str(row[name]) for name in (*first, "red", "yellow")]


def _tell_data(paper: Paper, report: PeriodicReport, number: str) -> None:
    """Figures that are absent, held or provisional, and whose they are."""
    paper.part(f"{number}. {SAID.data}")
    rows = [
        row
        for row in report.values
        if row["value"] is None or row["state"] != "value" or is_provisional(row)
    ]
    if not rows:
        paper.say(SAID.no_gaps)
        return
    columns = [
        Column(WORDS.today.indicator, 60),
        Column(PAGE.period, 16),
        Column(PAGE.state, 24),
        Column(PAGE.owner, 16),
    ]
    paper.table(
        columns,
        [[VI.qualified(row), say_period(row), say_state(row), row["owner"]] for row in rows],
    )


def _draw_series(
    paper: Paper, row: Row, series: dict[str, list[Row]], figures: Iterator[int]
) -> None:
    from kinhbac.scoreboard.chart_images import ValueAxis, draw  # the charting library

    unit = row["unit_vi"]
    title = unit if row["span"] == "period" else f"{unit}, {VI.covers(row)}"
    picture = draw("series", series, VI, ValueAxis(title, row["least"], row["most"]))
    if picture:
        caption = SAID.series.format(number=next(figures), name=VI.qualified(row), unit=unit)
        paper.picture(picture, marked(caption, row))


def _draw_tiles(paper: Paper, rows: Sequence[Row], said: str, figures: Iterator[int]) -> None:
    from kinhbac.scoreboard.chart_images import draw  # the charting library

    known = sorted(row["value"] for row in rows if row["value"] is not None)
    tiles = [
        {
            "area": row["area_vi"],
            "short": "".join(word[0] for word in row["area_vi"].split()[1:]),  # without its kind
            "value": row["value"],
            "dark": row["value"] is not None and row["value"] > known[len(known) // 2],
            "tile_column": row["tile_column"],
            "tile_row": row["tile_row"],
        }
        for row in rows
        if row["tile_column"] is not None
    ]
    picture = draw("tiles_by_value", {"areas": tiles}, VI)
    if picture:
        caption = said.format(
            number=next(figures), name=rows[0]["name_vi"], period=say_period(rows[0])
        )
        paper.picture(picture, marked(caption, rows[0]))
