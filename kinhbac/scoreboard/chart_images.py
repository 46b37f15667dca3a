"""The charts of the site as pictures, for documents that run no script.

Here: a specification with its figures drawn to PNG, as ``static/drawing.js`` has the browser do
it, on axes of the same rule (``tests/pages`` compares both). Not here: the specifications (``charts``). Nothing is fetched: library and font are packages.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from kinhbac.scoreboard.fonts import PACKAGE
from kinhbac.words.language import Language

FONT = "Source Sans Pro"
WIDTH, SCALE = 560, 2.5
"""Units of the drawing, and pixels each: about 220 an inch on the width of a page."""


Datasets = Mapping[str, Sequence[Mapping[str, Any]]]


@dataclass(frozen=True)
class ValueAxis:
    """The upright axis of a chart: what it is called, and between which figures an
    indicator may lie at all (None: nothing bounds it)."""

    title: str
    least: float | None = None
    most: float | None = None

    def domain(self, datasets: Datasets) -> tuple[float, float] | None:
        """From the lowest to the highest figure with some room, and no further than figures may
        lie; never so narrow that a hundredth looks like a fall, and from nothing where nothing is
        near. None without a figure.

        >>> ValueAxis("%", most=100.0).domain({"cells": [{"value": 92.0}, {"value": 99.5}]})
        (91.005, 100.0)
        >>> ValueAxis("").domain({"cells": [{"value": 3.0}], "limits": [{"value": 12.0}]})
        (0, 12.72)
        """
        ends = [
            one[name]
            for rows in datasets.values()
            for one in rows
            for name in ("value", "low", "high")
            if one.get(name) is not None
        ]
        if not ends:
            return None
        low, high = min(ends), max(ends)
        room = max((high - low) * 0.08, max(abs(low), abs(high)) * 0.01, 1e-9)
        bottom = 0 if 0 <= low < high / 3 else max(low - room, 0 if low >= 0 else -math.inf)
        least = -math.inf if self.least is None else self.least
        most = math.inf if self.most is None else self.most
        return max(bottom, min(least, low)), min(high + room, max(most, high))


def draw(
    kind: str, datasets: Datasets, language: Language, upright: ValueAxis | None = None
) -> bytes | None:
    """A chart of ``kind`` (``charts.chart_specs``) as PNG; None where it has no figure. ``upright``:
    its axis of values, where it is not the library's."""
    import vl_convert  # half a second to import

    from kinhbac.scoreboard.charts import VEGA_LITE

    spec = _specs(language)[kind]
    # A layer without data would only stretch the scales.
    layers = [one for one in spec["layer"] if datasets[(one.get("data") or spec["data"])["name"]]]
    if not layers:
        return None
    if upright and (domain := upright.domain(datasets)):
        layers = [_set_axis(one, domain, upright.title) for one in layers]
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


def _set_axis(layer: dict[str, Any], domain: tuple[float, float], title: str) -> dict[str, Any]:
    """The layer on an axis of values; as it was where it has none."""
    encoding = layer.get("encoding", {})
    if "field" not in encoding.get("y", {}):
        return layer
    scale = {"domain": domain, "zero": False, "nice": True}
    return {
        **layer,
        "encoding": {**encoding, "y": {**encoding["y"], "scale": scale, "title": title}},
    }


@cache
def _specs(language: Language) -> dict[str, dict[str, Any]]:
    from kinhbac.scoreboard.charts import chart_specs  # altair takes a fifth of a second

    return chart_specs(language)


@cache
def _use_own_font() -> None:
    import vl_convert

    vl_convert.register_font_directory(str(files(PACKAGE.replace("-", "_")) / "files"))
