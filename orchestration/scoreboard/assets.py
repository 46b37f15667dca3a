"""What every page loads: style, script, fonts, and the charting library.

Here: their bytes. Not here: pages. Vega, Vega-Lite and Vega-Embed come as one script out of
the package ``vl-convert-python``; nothing is fetched from a network.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from orchestration.scoreboard.charts import VEGA_LITE, chart_specs
from orchestration.scoreboard.fonts import font_files
from orchestration.scoreboard.language import CODES, Language

STATIC = Path(__file__).with_name("static")


def asset_files() -> Iterator[tuple[str, bytes]]:
    """File name → bytes of everything under ``assets/``."""
    for path in sorted(STATIC.iterdir()):
        yield path.name, path.read_bytes()
    yield from font_files().items()
    yield "vega.js", vega_script()
    for code in CODES:
        specs = json.dumps(chart_specs(Language(code)), ensure_ascii=False, sort_keys=True)
        yield f"charts.{code}.js", f"window.kinhbacCharts = {specs};\n".encode()


@cache
def vega_script() -> bytes:
    """Vega-Embed and what it needs, as one classic script that sets ``vegaEmbed``."""
    import vl_convert  # half a second to import and one to bundle: once a process

    script: str = vl_convert.javascript_bundle(
        snippet="window.vegaEmbed = vegaEmbed;", vl_version=VEGA_LITE
    )
    return script.encode()
