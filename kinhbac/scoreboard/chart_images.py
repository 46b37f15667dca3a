"""The charts of the site as pictures, for documents that run no script.

Here: a specification with its figures drawn to PNG, as ``static/drawing.js`` has the browser do
it. Not here: the specifications (``charts``). Nothing is fetched: library and font are packages.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files
from typing import Any

from kinhbac.scoreboard.fonts import PACKAGE
from kinhbac.words.language import Language

FONT = "Source Sans Pro"
WIDTH, SCALE = 560, 2.5
"""Units of the drawing, and pixels each: about 220 an inch on the width of a page."""


def draw(
    kind: str, datasets: Mapping[str, Sequence[Mapping[str, Any]]], language: Language
) -> bytes | None:
    """A chart of ``kind`` (``charts.chart_specs``) as PNG; None where it has no figure."""
    import vl_convert  # half a second to import

    from kinhbac.scoreboard.charts import VEGA_LITE

    spec = _specs(language)[kind]
    # A layer without data would only stretch the scales.
    layers = [one for one in spec["layer"] if datasets[(one.get("data") or spec["data"])["name"]]]
    if not layers:
        return None
    _use_own_font()
    locale = language.chart_locale()
    drawn = {
        **spec,
        "layer": layers,
        "datasets": datasets,
        "width": WIDTH,
        "background": "white",
        "config": {**spec["config"], "font": FONT},
    }
    if rows := spec.get("usermeta"):
        drawn["height"] = rows["step"] * max(len(datasets[rows["rows"]]), 1)
    picture: bytes = vl_convert.vegalite_to_png(
        drawn,
        vl_version=VEGA_LITE,
        scale=SCALE,
        format_locale=locale["number"],
        time_format_locale=locale["time"],
        allowed_base_urls=[],
    )
    return picture


@cache
def _specs(language: Language) -> dict[str, dict[str, Any]]:
    from kinhbac.scoreboard.charts import chart_specs  # altair takes a fifth of a second

    return chart_specs(language)


@cache
def _use_own_font() -> None:
    import vl_convert

    vl_convert.register_font_directory(str(files(PACKAGE.replace("-", "_")) / "files"))
