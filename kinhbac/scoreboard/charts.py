"""The charts of the site as Vega-Lite specifications, one a kind and language.

Here: marks, scales and words of charts. Not here: figures, which a page hands over as named
data sets exactly as the release's tables hold them. A state is told by shape and word beside
its colour; the colours are told apart with any kind of colour vision (Okabe and Ito 2008).
Past 200 lines by their number: one function a kind of chart.
"""

from __future__ import annotations

from typing import Any

import altair as alt

from kinhbac.scoreboard.colours import COLOURS
from kinhbac.words.language import Language

VEGA_LITE = alt.SCHEMA_VERSION.lstrip("v").rpartition(".")[0]
"""The version of the specification, for which the script is bundled."""
FONT = "Kinh Bac Sans"
INK, SOFT, LINE, BRAND = (COLOURS[name] for name in ("ink", "soft", "line", "target"))
Layers = alt.LayerChart | alt.FacetChart
STATES = ("green", "unsure", "yellow", "red", "none")
MARKS = tuple(COLOURS[name] for name in ("green", "yellow", "yellow", "red", "faint"))
GROUNDS = tuple(COLOURS[f"{name}-ground"] for name in ("green", "yellow", "yellow", "red", "none"))
YELLOW, RED = COLOURS["yellow"], COLOURS["red"]
SHAPES = ("circle", "triangle-down", "triangle-up", "diamond", "square")


def chart_specs(language: Language) -> dict[str, dict[str, Any]]:
    """Every kind of chart by its name."""
    words = language.words.chart
    made = {
        "series": _series(words),
        "years": _years(words),
        "bullet": _bullet(words),
        "ranked": _ranked(language),
        "tiles": _tiles(language, by_state=True),
        "tiles_by_value": _tiles(language, by_state=False),
        "parts": _parts(words),
        "intervals": _intervals(words),
        "peers": _peers(words),
        "funnel": _funnel(language),
        "scatter": _scatter(),
    }
    return {name: _finish(chart) for name, chart in made.items()}


def _finish(chart: alt.TopLevelMixin) -> dict[str, Any]:
    spec: dict[str, Any] = chart.to_dict(validate=False)
    spec["autosize"] = {"type": "fit-x", "contains": "padding"}
    spec["config"] = {
        "font": FONT,
        "background": None,
        "view": {"stroke": None},
        "axis": {
            "labelColor": SOFT, "titleColor": SOFT, "gridColor": LINE,
            "domainColor": LINE, "tickColor": LINE, "labelFontSize": 12, "titleFontSize": 12,
            "titleFontWeight": "normal",
        },
        "legend": {"labelColor": INK, "titleColor": SOFT, "labelFontSize": 12},
    }  # fmt: skip
    return spec


def _states(language: Language, told: bool = True) -> dict[str, Any]:
    """Colour and shape by state, in one legend if it is ``told`` here and not beside the chart."""
    names = [language.words.status[state] for state in STATES]
    labels = "".join(
        f"datum.value === '{state}' ? '{name}' : "
        for state, name in zip(STATES, names, strict=True)
    )
    legend = (
        alt.Legend(title=None, orient="top", columns=3, labelExpr=f"{labels}''") if told else None
    )
    return {
        "color": alt.Color(
            "status:N", scale=alt.Scale(domain=list(STATES), range=list(MARKS)), legend=legend
        ),
        "shape": alt.Shape(
            "status:N", scale=alt.Scale(domain=list(STATES), range=list(SHAPES)), legend=legend
        ),
    }


def _series(words: Any) -> Layers:
    time = alt.X("start:T", title=None, axis=alt.Axis(format="%m/%Y", labelOverlap=True))
    value = alt.Y("value:Q", title=None, scale=alt.Scale(zero=False, nice=True))
    hint = [
        alt.Tooltip("label:N", title=words.period),
        alt.Tooltip("value:Q", title=words.value, format=",.6~f"),
        alt.Tooltip("status_label:N", title=words.status),
        alt.Tooltip("note:N", title=words.note),
    ]
    cells = alt.Chart(alt.NamedData("cells"))
    revised = alt.Chart(alt.NamedData("revised"))
    limits = alt.Chart(alt.NamedData("limits"))
    rising = alt.Chart(alt.NamedData("rising"))  # limits that grow with the year
    targets = alt.Chart(alt.NamedData("targets"))
    borders = alt.Chart(alt.NamedData("borders"))
    formers = alt.Chart(alt.NamedData("formers"))  # areas of which this one was made
    forecast = alt.Chart(alt.NamedData("forecast"))
    layers = [
        forecast.mark_area(color=BRAND, opacity=0.15).encode(x=time, y="low:Q", y2="high:Q"),
        forecast.mark_line(color=BRAND, strokeDash=[4, 3]).encode(x=time, y=value),
        limits.mark_rule(strokeDash=[6, 3], strokeWidth=1.3).encode(
            y="value:Q",
            color=alt.Color(
                "colour:N",
                scale=alt.Scale(domain=["yellow", "red"], range=[YELLOW, RED]),
                legend=None,
            ),
        ),
        limits.mark_text(align="left", dx=3, dy=-5, fontSize=11, color=SOFT).encode(
            x=alt.value(0), y="value:Q", text="label:N"
        ),
        rising.mark_line(strokeDash=[6, 3], strokeWidth=1.3).encode(
            x=time, y="value:Q", detail="part:N",
            color=alt.Color(
                "colour:N",
                scale=alt.Scale(domain=["yellow", "red"], range=[YELLOW, RED]),
                legend=None,
            ),
        ),
        targets.mark_line(color=INK, strokeWidth=1.4, interpolate="step-after").encode(
            x=time, y="value:Q", detail="part:N"
        ),
        formers.mark_line(color=COLOURS["faint"], strokeWidth=1.2).encode(
            x=time, y=value, detail="part:N"
        ),
        borders.mark_rule(color=SOFT, strokeDash=[2, 3]).encode(x=time),
        borders.mark_text(align="right", dx=-4, y=8, fontSize=11, color=SOFT).encode(
            x=time, text="label:N"
        ),
        cells.mark_line(color=BRAND, strokeWidth=2).encode(x=time, y=value, detail="part:N"),
        cells.mark_point(filled=True, size=34, color=BRAND, opacity=1).encode(
            x=time, y=value, tooltip=hint, shape=alt.Shape(
                "status:N",
                scale=alt.Scale(domain=list(STATES), range=list(SHAPES)),
                legend=None,
            ),
        ),
        revised.mark_point(size=130, color=RED, strokeWidth=1.6).encode(
            x=time, y=value, tooltip=hint
        ),
    ]  # fmt: skip
    return alt.layer(*layers).properties(width="container", height=250)


def _years(words: Any) -> Layers:
    """A running total of each year over its months: this year dark, those before paler, and what
    this year's end can still be."""
    month = alt.X(
        "month:Q",
        title=words.month,
        scale=alt.Scale(domain=[1, 12], nice=False, padding=12),
        axis=alt.Axis(values=list(range(1, 13)), format="d", grid=False),
    )
    value = alt.Y("value:Q", title=None, scale=alt.Scale(zero=False))
    lines, ends = alt.Chart(alt.NamedData("years")), alt.Chart(alt.NamedData("ends"))
    begins = alt.Chart(alt.NamedData("begins"))
    cells, revised = alt.Chart(alt.NamedData("cells")), alt.Chart(alt.NamedData("revised"))
    limits, aims = alt.Chart(alt.NamedData("limits")), alt.Chart(alt.NamedData("aims"))
    rising, reach = alt.Chart(alt.NamedData("rising")), alt.Chart(alt.NamedData("reach"))
    beside = alt.Chart(alt.NamedData("beside"))  # names of lines, on the right, one below another
    far = alt.Chart(alt.NamedData("far"))  # what lies beyond the axis is told at its edge
    hint = [
        alt.Tooltip("label:N", title=words.period),
        alt.Tooltip("value:Q", title=words.value, format=",.6~f"),
        alt.Tooltip("status_label:N", title=words.status),
    ]
    colour = alt.Color(
        "colour:N", scale=alt.Scale(domain=["yellow", "red"], range=[YELLOW, RED]), legend=None
    )
    looks: dict[str, dict[str, Any]] = {
        "older": {"color": SOFT, "strokeWidth": 1.2, "strokeDash": [2, 3]},
        "before": {"color": SOFT, "strokeWidth": 1.5},
        "now": {"color": INK, "strokeWidth": 2.4},
    }
    layers = [
        reach.mark_area(color=SOFT, opacity=0.2).encode(x=month, y="low:Q", y2="high:Q"),
        limits.mark_rule(strokeDash=[6, 3], strokeWidth=1.3).encode(y="value:Q", color=colour),
        rising.mark_line(strokeDash=[6, 3], strokeWidth=1.3).encode(
            x=month, y=value, detail="part:N", color=colour
        ),
        aims.mark_rule(color=BRAND, strokeWidth=1.6).encode(y="value:Q"),
        beside.mark_text(align="left", dx=5, dy=1, fontSize=11).encode(
            x=alt.value("width"), y="at:Q", text="label:N",
            color=alt.condition("datum.look === 'target'", alt.value(BRAND), alt.value(SOFT)),
        ),
        far.mark_text(align="left", dx=3, fontSize=11, color=BRAND).encode(
            x=alt.value({"expr": "width < 240 ? 2 : 90"}), y=value, text="label:N"
        ),
        *(
            lines.mark_line(**look).encode(x=month, y=value, detail="year:N")
            .transform_filter(f"datum.kind === '{kind}'")
            for kind, look in looks.items()
        ),
        ends.mark_text(align="left", dx=6, dy=1, fontSize=11, color=INK).encode(
            x=month, y=value, text="label:N"
        ),
        begins.mark_text(align="left", dx=2, dy=-9, fontSize=11, color=SOFT).encode(
            x=month, y=value, text="label:N"
        ),
        cells.mark_point(filled=True, size=34, color=INK, opacity=1).encode(
            x=month, y=value, tooltip=hint, shape=alt.Shape(
                "status:N", scale=alt.Scale(domain=list(STATES), range=list(SHAPES)), legend=None
            ),
        ),
        revised.mark_point(size=130, color=RED, strokeWidth=1.6).encode(
            x=month, y=value, tooltip=hint
        ),
    ]  # fmt: skip
    return alt.layer(*layers).properties(
        width="container", height=280, padding={"left": 5, "right": 104, "top": 5, "bottom": 5}
    )


def _row_by_row(chart: Layers, rows: str, step: int) -> Layers:
    """As high as there are rows in a data set; the page's script knows how many there are."""
    sized: Layers = chart.properties(width="container", usermeta={"rows": rows, "step": step})
    return sized


def _bullet(words: Any) -> Layers:
    spans = alt.Chart(alt.NamedData("spans"))
    value = alt.Chart(alt.NamedData("value"))
    scale = alt.Scale(zero=False, nice=False)
    bands = spans.mark_bar(height=26).encode(
        x=alt.X("low:Q", scale=scale, title=None),
        x2="high:Q",
        color=alt.Color(
            "status:N",
            scale=alt.Scale(
                domain=["green", "yellow", "red"], range=list(GROUNDS[:1] + GROUNDS[2:4])
            ),
            legend=None,
        ),
    )
    bar = value.mark_tick(thickness=4, size=26, color=INK).encode(
        x="value:Q", tooltip=[alt.Tooltip("value:Q", title=words.value, format=",.6~f")]
    )
    aim = alt.Chart(alt.NamedData("aim")).mark_point(
        shape="triangle-down", filled=True, size=90, color=BRAND, yOffset=-18
    )
    return alt.layer(bands, bar, aim.encode(x="target:Q")).properties(width="container", height=40)


def _ranked(language: Language) -> Layers:
    words = language.words.chart
    areas = alt.Chart(alt.NamedData("areas"))
    whole = alt.Chart(alt.NamedData("whole"))
    x = alt.X("value:Q", title=None, scale=alt.Scale(zero=False), axis=alt.Axis(orient="top"))
    y = alt.Y("area:N", sort=None, title=None, axis=alt.Axis(labelLimit=170, labelFontSize=11))
    hint = [
        alt.Tooltip("area:N", title=words.area),
        alt.Tooltip("value:Q", title=words.value, format=",.6~f"),
        alt.Tooltip("status_label:N", title=words.status),
        alt.Tooltip("rank_text:N", title=words.rank),
    ]
    spans = alt.Chart(alt.NamedData("spans"))  # where chance is told
    intervals = spans.mark_rule(color=SOFT, strokeWidth=1.5).encode(
        x="value_low:Q", x2="value_high:Q", y=y
    )
    dots = areas.mark_point(filled=True, size=55, opacity=1).encode(
        x=x, y=y, **_states(language), href="href:N", tooltip=hint
    )
    ranks = areas.mark_text(align="left", dx=6, fontSize=11, color=INK).encode(
        x=alt.value("width"), y=y, text="rank_text:N"
    )
    line = whole.mark_rule(color=INK, strokeDash=[5, 3]).encode(x="value:Q")
    limits = alt.Chart(alt.NamedData("limits")).mark_rule(strokeDash=[2, 3]).encode(
        x="value:Q", stroke=alt.Stroke(
            "colour:N", scale=alt.Scale(domain=["yellow", "red"], range=[YELLOW, RED]), legend=None
        ),
    )  # fmt: skip
    chart = alt.layer(line, limits, intervals, dots, ranks)
    return _row_by_row(chart, "areas", 15).properties(
        padding={"left": 5, "right": 84, "top": 5, "bottom": 5}
    )


def _tiles(language: Language, by_state: bool) -> Layers:
    words = language.words.chart
    areas = alt.Chart(alt.NamedData("areas"))
    x = alt.X("tile_column:O", axis=None)
    y = alt.Y("tile_row:O", axis=None)
    hint = [
        alt.Tooltip("area:N", title=words.area),
        alt.Tooltip("value:Q", title=words.value, format=",.6~f"),
        alt.Tooltip("status_label:N", title=words.status),
    ]
    tile = areas.mark_rect(stroke="white", strokeWidth=2, cornerRadius=3)
    if by_state:
        fill = alt.Color(
            "status:N",
            scale=alt.Scale(domain=list(STATES), range=list(GROUNDS)),
            legend=None,
        )
        mark = areas.mark_point(filled=True, size=40, yOffset=7, opacity=1).encode(
            x=x, y=y, **_states(language, told=False), href="href:N", tooltip=hint
        )
    else:
        fill = alt.Color(
            "value:Q",
            scale=alt.Scale(scheme="blues"),
            legend=alt.Legend(title=None, orient="top", gradientLength=220),
        )
        mark = areas.mark_point(opacity=0).encode(x=x, y=y)
    text = areas.mark_text(fontSize=10, yOffset=-6 if by_state else 0, color=INK).encode(
        x=x, y=y, text="short:N", href="href:N", tooltip=hint
    )
    if not by_state:
        text = text.encode(color=alt.condition("datum.dark", alt.value("white"), alt.value(INK)))
    rects = tile.encode(x=x, y=y, color=fill, href="href:N", tooltip=hint)
    tiles = alt.layer(rects, mark, text).properties(width="container", height=330)
    independent: Layers = tiles.resolve_scale(color="independent")
    return independent


def _parts(words: Any) -> Layers:
    parts = alt.Chart(alt.NamedData("parts"))
    y = alt.Y("name:N", sort=None, title=None, axis=alt.Axis(labelLimit=320))
    hint = [
        alt.Tooltip("name:N", title=words.component),
        alt.Tooltip("value:Q", title=words.normalised, format=",.6~f"),
        alt.Tooltip("weight:Q", title=words.weight, format=",.6~f"),
    ]
    bars = parts.mark_bar(color=BRAND, height=14).encode(
        x=alt.X("value:Q", title=words.normalised), y=y, tooltip=hint
    )
    return _row_by_row(alt.layer(bars), "parts", 22)


def _intervals(words: Any) -> Layers:
    ranks = alt.Chart(alt.NamedData("ranks"))
    y = alt.Y("area:N", sort=None, title=None, axis=alt.Axis(labelLimit=170, labelFontSize=11))
    known = alt.Chart(alt.NamedData("spans"))  # of a composite that declares what is uncertain
    hint = [alt.Tooltip("area:N", title=words.area), alt.Tooltip("rank:Q", title=words.rank)]
    interval = [
        alt.Tooltip("rank_low:Q", title=words.rank_low),
        alt.Tooltip("rank_high:Q", title=words.rank_high),
    ]
    spans = known.mark_rule(color=BRAND, strokeWidth=2, opacity=0.5).encode(
        x="rank_low:Q", x2="rank_high:Q", y=y, tooltip=[*hint, *interval]
    )
    dots = ranks.mark_point(filled=True, size=45, color=BRAND, opacity=1).encode(
        x=alt.X("rank:Q", title=words.rank, axis=alt.Axis(orient="top")),
        y=y, tooltip=hint, href="href:N",
    )  # fmt: skip
    return _row_by_row(alt.layer(spans, dots), "ranks", 13)


def _peers(words: Any) -> Layers:
    """One value, with its interval where there is one, between the lowest and the highest of its
    peers, their median as a tick."""
    row = alt.Chart(alt.NamedData("row"))
    scale = alt.Scale(zero=False, nice=False, padding=6)
    hint = [
        alt.Tooltip("value:Q", title=words.value, format=",.6~f"),
        alt.Tooltip("low:Q", title=words.lowest, format=",.6~f"),
        alt.Tooltip("median:Q", title=words.median, format=",.6~f"),
        alt.Tooltip("high:Q", title=words.highest, format=",.6~f"),
    ]
    span = row.mark_rule(color=LINE, strokeWidth=7, strokeCap="round").encode(
        x=alt.X("low:Q", scale=scale, axis=None), x2="high:Q", tooltip=hint
    )
    middle = row.mark_tick(color=SOFT, thickness=2, size=16).encode(x="median:Q")
    likely = row.mark_rule(color=BRAND, strokeWidth=2).encode(x="own_low:Q", x2="own_high:Q")
    point = row.mark_point(filled=True, size=70, color=BRAND, opacity=1).encode(
        x="value:Q", tooltip=hint
    )
    return alt.layer(span, middle, likely, point).properties(width="container", height=18)


def _funnel(language: Language) -> Layers:
    """Figures over the number of cases that they rest on, between the limits of chance."""
    words = language.words.chart
    areas, limits = alt.Chart(alt.NamedData("areas")), alt.Chart(alt.NamedData("limits"))
    x = alt.X("denominator:Q", title=words.cases, scale=alt.Scale(type="log", nice=False))
    y = alt.Y("value:Q", title=None, scale=alt.Scale(zero=False))
    lines = limits.mark_line(color=SOFT, strokeWidth=1.2).encode(
        x=x, y=y, detail="part:N",
        strokeDash=alt.StrokeDash(
            "kind:N",
            scale=alt.Scale(domain=["expected", "95", "998"], range=[[1, 0], [4, 3], [1, 2]]),
            legend=None,
        ),
    )  # fmt: skip
    dots = areas.mark_point(filled=True, opacity=0.9).encode(
        x=x, y=y, href="href:N",
        size=alt.condition("datum.beyond", alt.value(80), alt.value(28)),
        color=alt.condition("datum.beyond", alt.value(RED), alt.value(BRAND)),
        shape=alt.condition("datum.beyond", alt.value("diamond"), alt.value("circle")),
        tooltip=[
            alt.Tooltip("area:N", title=words.area),
            alt.Tooltip("value:Q", title=words.value, format=",.6~f"),
            alt.Tooltip("denominator:Q", title=words.cases, format=","),
            alt.Tooltip("interval:N", title=words.interval),
        ],
    )  # fmt: skip
    layered: Layers = alt.layer(lines, dots).properties(width="container", height=280)
    return layered


def _scatter() -> Layers:
    """Two indicators against each other: a dot an area, those of a reader dark and named, those that
    the reader points at (``told``) in the colour of links."""
    areas, names = alt.Chart(alt.NamedData("areas")), alt.Chart(alt.NamedData("names"))
    scale = alt.Scale(zero=False, nice=False, padding=12)
    above = alt.Axis(
        titleX=0, titleY=-8, titleAngle=0, titleAlign="left", titleBaseline="bottom", titleLimit=0
    )
    x = alt.X("across:Q", scale=scale, axis=alt.Axis(titleAnchor="start", titleLimit=0))
    y = alt.Y("up:Q", scale=scale, axis=above)
    told = alt.param(name="told", value=[])
    look = alt.when("indexof(told, datum.name) >= 0").then(alt.value(COLOURS["link"]))
    dots = areas.mark_point(filled=True).encode(
        x=x, y=y,
        size=alt.condition("datum.own", alt.value(78), alt.value(50)),
        opacity=alt.condition("datum.own", alt.value(1), alt.value(0.6)),
        color=look.when("datum.own").then(alt.value(INK)).otherwise(alt.value(COLOURS["faint"])),
    )  # fmt: skip
    leaders = names.mark_rule(color=SOFT).encode(x=x, y=y, x2="edge:Q", y2="at:Q")
    said = names.mark_text(
        align={"expr": "datum.side > 0 ? 'left' : 'right'"}, dx={"expr": "3 * datum.side"},
        fontSize=12, fontWeight=600, color=INK,
    ).encode(x="edge:Q", y="at:Q", text="name:N")  # fmt: skip
    layered: Layers = alt.layer(dots, leaders, said).add_params(told)
    return layered.properties(width="container", height=280)
