"""The periodic report of the set as a document to edit: a month, a quarter or a year.

Here: what it says, asked of a release alone, and in which order. Not here: the form of such a
document (``documents.official_paper``), the leader's report of a release (``pages.report``).
A report tells the newest figure of each indicator within its period; one whose periods are longer
than the report's is told when its own has passed.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from kinhbac.documents.letterheads import ending_of, letterhead_of
from kinhbac.documents.official_paper import Column, Paper
from kinhbac.forms.period_names import name_period
from kinhbac.periods import Period, PeriodKind
from kinhbac.queries import read_queries
from kinhbac.registry.declared.entries import GROUPS
from kinhbac.scoreboard.tables import Row, Tables, group
from kinhbac.words.catalogue import words_of
from kinhbac.words.language import Language

QUERIES = read_queries(__file__)
REPORTED = (PeriodKind.MONTH, PeriodKind.QUARTER, PeriodKind.YEAR)
CHARTS = 6
"""How many indicators are drawn: the most alarming first."""
ENDS = 5
"""How many communes are told from either end of a ranking."""
LEVELS = ("red", "yellow", "green")
ABSENT = ("missing", "late", "not_yet_due")
SIMULATED = "*"
ROMAN = ("I", "II", "III", "IV", "V", "VI")
VI = Language("vi")
WORDS = words_of("vi")
SAID = WORDS.report_document
PAGE = WORDS.indicator


class NoReport(Exception):
    """The period is none that is reported, or the release says nothing of it."""


@dataclass(frozen=True)
class PeriodicReport:
    """All that the report of one period says, as rows of the release's tables.

    ``values``: the newest figure of each indicator of the province in the period; ``ranked``:
    communes in each root composite; ``series``: by indicator, what its chart draws.
    """

    period: Period
    info: Row
    province: str
    values: list[Row]
    progress: list[Row]
    warnings: list[Row]
    warned: list[Row]
    ranked: dict[str, list[Row]]
    series: dict[str, dict[str, list[Row]]]

    @property
    def judged(self) -> list[Row]:
        """Figures with a threshold or a target: the body of the report."""
        return [row for row in self.values if row["status"] or row["target"] is not None]

    @property
    def unjudged(self) -> list[Row]:
        """The others, which stand in the annex."""
        return [row for row in self.values if not row["status"] and row["target"] is None]


def period_of_report(label: str) -> Period:
    """The month, quarter or year that ``label`` names; raises NoReport for anything else."""
    try:
        period = Period.parse(label)
    except ValueError as error:
        raise NoReport(str(error)) from None
    if period.kind not in REPORTED:
        raise NoReport(
            f"«{label}» is no period of a report. Rule: reports are of a month, a quarter or a "
            "year. Remedy: write 2026-10, 2026-Q3 or 2026"
        )
    return period


def read_periodic_report(warehouse: Path, period: Period) -> PeriodicReport:
    """Ask a release for the report of ``period``. Raises NoReport where it has no figure."""
    kinds = list(PeriodKind)
    own = [period.start, period.end, kinds[: kinds.index(period.kind) + 1]]
    with Tables(warehouse) as tables:
        (info,) = tables.rows("from release_info")
        values = tables.rows(QUERIES["values"], *own)
        if not any(row["value"] is not None for row in values):
            raise NoReport(
                f"release {info['release']} has no figure of the province within {period.label}. "
                "Rule: a report tells figures that were published. Remedy: name a period that "
                "has begun, or let its sources deliver"
            )
        ranked = group(tables.rows(QUERIES["ranked"], *own), "indicator")
        return PeriodicReport(
            period=period,
            info=info,
            province=tables.rows(QUERIES["province"])[0]["name_vi"],
            values=values,
            progress=tables.rows(QUERIES["progress"], *own),
            warnings=tables.rows(QUERIES["warnings"], *own),
            warned=tables.rows(QUERIES["warned"], *own),
            ranked=ranked,
            series={
                row["indicator"]: _series(tables, row, period) for row in _most_alarming(values)
            },
        )


def write_document(report: PeriodicReport) -> bytes:
    """The report as .docx; the same bytes for the same report."""
    paper = Paper(
        letterhead_of(
            report.province,
            SAID.kind,
            SAID.sign,
            SAID.subject.format(period=_in_text(report.period)),
            report.info["as_of"],
        ),
        report.info["as_of"],
    )
    _introduce(paper, report)
    numbers = iter(ROMAN)
    figures = iter(range(1, 100))
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
        _table_of_the_rest(paper, report.unjudged)
    return paper.content()


def _introduce(paper: Paper, report: PeriodicReport) -> None:
    info = report.info
    paper.say(
        SAID.intro.format(
            release=info["release"], day=VI.day(info["as_of"]), period=_in_text(report.period)
        )
    )
    if any(row["synthetic"] for row in report.values):
        paper.say(SAID.synthetic)


def _tell_overview(paper: Paper, report: PeriodicReport, number: str) -> None:
    known = [row for row in report.values if row["value"] is not None]
    by_level = Counter(row["status"] or "no_limits" for row in known)
    paper.part(f"{number}. {SAID.overview}")
    paper.say(
        SAID.overview_text.format(
            with_value=len(known),
            all=len(report.values),
            **{level: by_level[level] for level in (*LEVELS, "no_limits")},
        )
    )
    paper.say(
        SAID.gaps_text.format(
            absent=sum(row["state"] in ABSENT for row in report.values),
            held=sum(row["state"] == "held" for row in report.values),
            provisional=sum(_is_provisional(row) for row in known),
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
        _table_of_values(paper, rows)
        for row in rows:
            if row["indicator"] in report.series:
                _draw_series(paper, row, report.series[row["indicator"]], figures)


def _tell_progress(paper: Paper, report: PeriodicReport, number: str) -> None:
    paper.part(f"{number}. {SAID.progress}")
    if not report.progress:
        paper.say(SAID.none)
        return
    columns = [
        Column(WORDS.today.indicator, 34),
        Column(PAGE.period, 13),
        Column(PAGE.value, 13, True),
        Column(PAGE.target, 12, True),
        Column(WORDS.report.should_stand, 13, True),
        Column(PAGE.forecast, 14, True),
        Column(WORDS.report.outlook, 15),
    ]
    rows = [
        [
            f"{row['name_vi']} ({row['unit_vi']})",
            _period(row),
            _marked(VI.number(row["value"]), row),
            VI.number(row["target"]),
            VI.number(row["should_stand"]),
            VI.number(row["forecast"]),
            WORDS.outlook[row["outlook"]],
        ]
        for row in report.progress
    ]
    paper.table(columns, rows)


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
                _marked(row["text_vi"], row),
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
        name, period = rows[0]["name_vi"], _period(rows[0])
        paper.section(SAID.ranks.format(name=name, period=period))
        ends = rows if len(rows) <= 2 * ENDS else [*rows[:ENDS], *rows[-ENDS:]]
        _table_of_ranks(paper, ends)
        _draw_tiles(paper, rows, SAID.tiles, figures)
    paper.section(SAID.most_warned)
    if not report.warned:
        paper.say(SAID.none)
        return
    columns = [
        Column(PAGE.area, 60),
        Column(WORDS.status.red, 20, True),
        Column(WORDS.status.yellow, 20, True),
    ]
    paper.table(
        columns, [[row["name_vi"], str(row["red"]), str(row["yellow"])] for row in report.warned]
    )


def _table_of_ranks(paper: Paper, rows: Sequence[Row]) -> None:
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
                _value(row),
                f"{VI.number(row['rank'])}/{row['units']}",
                VI.number(None)
                if row["rank_low"] is None
                else f"{VI.number(row['rank_low'])} – {VI.number(row['rank_high'])}",
            ]
            for row in rows
        ],
    )


def _tell_data(paper: Paper, report: PeriodicReport, number: str) -> None:
    """Figures that are absent, held or provisional, and whose they are."""
    paper.part(f"{number}. {SAID.data}")
    rows = [
        row
        for row in report.values
        if row["value"] is None or row["state"] != "value" or _is_provisional(row)
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
        columns, [[row["name_vi"], _period(row), _state(row), row["owner"]] for row in rows]
    )


def _table_of_values(paper: Paper, rows: Sequence[Row]) -> None:
    columns = [
        Column(WORDS.today.indicator, 38),
        Column(PAGE.unit, 15),
        Column(PAGE.period, 19),
        Column(PAGE.value, 18, True),
        Column(PAGE.target, 14, True),
        Column(PAGE.status, 17),
        Column(PAGE.previous, 16, True),
        Column(PAGE.last_year, 16, True),
    ]
    paper.table(
        columns,
        [
            [
                row["name_vi"],
                row["unit_vi"],
                _period(row),
                _value(row),
                VI.number(row["target"]),
                WORDS.status[row["status"]] if row["status"] else "",
                _signed(row["previous_change"]),
                _signed(row["last_year_change"]),
            ]
            for row in rows
        ],
    )


def _table_of_the_rest(paper: Paper, rows: Sequence[Row]) -> None:
    """Figures that nothing is judged by: whose they are stands where a target would."""
    columns = [
        Column(WORDS.today.indicator, 44),
        Column(PAGE.unit, 18),
        Column(PAGE.period, 19),
        Column(PAGE.value, 21, True),
        Column(PAGE.previous, 18, True),
        Column(PAGE.last_year, 18, True),
        Column(PAGE.owner, 22),
    ]
    paper.table(
        columns,
        [
            [
                row["name_vi"],
                row["unit_vi"],
                _period(row),
                _value(row),
                _signed(row["previous_change"]),
                _signed(row["last_year_change"]),
                row["owner"],
            ]
            for row in rows
        ],
    )


def _draw_series(
    paper: Paper, row: Row, series: dict[str, list[Row]], figures: Iterator[int]
) -> None:
    from kinhbac.scoreboard.chart_images import draw  # the charting library

    picture = draw("series", series, VI)
    if picture:
        caption = SAID.series.format(number=next(figures), name=row["name_vi"], unit=row["unit_vi"])
        paper.picture(picture, _marked(caption, row))


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
            number=next(figures), name=rows[0]["name_vi"], period=_period(rows[0])
        )
        paper.picture(picture, _marked(caption, rows[0]))


def _most_alarming(values: Sequence[Row]) -> list[Row]:
    known = [row for row in values if row["value"] is not None and row["status"] in LEVELS[:2]]
    return sorted(known, key=lambda row: LEVELS.index(row["status"]))[:CHARTS]


def _series(tables: Tables, row: Row, period: Period) -> dict[str, list[Row]]:
    """Figures up to the report's end as the chart draws them: a line ends at a gap, at another
    definition, and at the end of a year of what is told to date."""
    cells = tables.rows(QUERIES["series"], row["indicator"], row["area"], period.end)
    drawn, part, version = [], 0, None
    for cell in cells:
        start = cell["period_start"]
        anew = row["span"] == "year_to_date" and (start.month, start.day) == (1, 1)
        if cell["value"] is None or cell["version"] != version or anew:
            part += 1
        version = cell["version"]
        status = cell["status"] or "none"
        figure = {"start": f"{start}", "value": cell["value"], "part": part, "status": status}
        drawn.append(figure | {"target": cell["target"]})
    return {
        "cells": [cell for cell in drawn if cell["value"] is not None],
        "targets": [
            {"start": cell["start"], "value": cell["target"], "part": cell["start"][:4]}
            for cell in drawn
            if cell["target"] is not None
        ],
        "limits": _limits(tables, row),
        "revised": [],
        "borders": [],
        "forecast": [],
    }


def _limits(tables: Tables, row: Row) -> list[Row]:
    thresholds = tables.rows(QUERIES["threshold"], row["indicator"], row["version"])
    label = {"yellow": PAGE.legend_yellow, "red": PAGE.legend_red}
    return [
        {"value": threshold[f"{colour}_{end}"], "colour": colour, "label": label[colour]}
        for threshold in thresholds
        for colour in label
        for end in ("low", "high")
        if threshold[f"{colour}_{end}"] is not None
    ]


def _is_provisional(row: Row) -> bool:
    return row["state"] == "provisional" or row["vintage"] not in (None, "final")


def _state(row: Row) -> str:
    if row["state"] == "value":
        vintage: str = SAID.vintage
        return vintage
    state: str = WORDS.state[row["state"]]
    carried = row["last_good_period_start"]
    if row["state"] == "held" and row["value"] is not None and carried:
        of = _in_text(Period(carried, PeriodKind(row["period_kind"])))
        return str(SAID.reason_held.format(state=state, period=of))
    return state


def _value(row: Row) -> str:
    """A figure, or the word for why there is none; a held one says so beside it."""
    if row["value"] is None:
        return str(WORDS.state[row["state"]])
    text = VI.number(row["value"])
    if row["state"] not in ("value", None):
        text = f"{text} ({WORDS.state[row['state']]})"
    return _marked(text, row)


def _marked(text: str, row: Row) -> str:
    return f"{text}{SIMULATED}" if row["synthetic"] else text


def _signed(change: float | None) -> str:
    text = VI.number(change)
    return f"+{text}" if change is not None and change > 0 and text != "0" else text


def _period(row: Row) -> str:
    return VI.period(row["period_kind"], row["period_start"])


def _in_text(period: Period) -> str:
    """The name of a period inside a sentence."""
    name = name_period(period)
    return f"{name[:1].lower()}{name[1:]}"
