"""What every page loads: style, script, fonts, and the charting library.

Here: what they are made of and how. Not here: pages. Vega, Vega-Lite and Vega-Embed come as
one script out of the package ``vl-convert-python``; nothing is fetched from a network.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache, partial
from importlib.metadata import version
from pathlib import Path

from kinhbac.scoreboard.charts import VEGA_LITE, chart_specs
from kinhbac.scoreboard.fonts import PACKAGE, font_names, make_font
from kinhbac.words.catalogue import CODES, Code
from kinhbac.words.language import Language

STATIC = Path(__file__).with_name("static")


@dataclass(frozen=True)
class Asset:
    """One file under ``assets/``: its name, from what it is made, and how.

    Fonts and the charting script take seconds to make and never change but with their
    package, so they are made only where the site has none of the same origin.
    """

    name: str
    origin: str
    make: Callable[[], bytes]


def asset_files(code: str) -> Iterator[Asset]:
    """Every asset; ``code``: the fingerprint of the code and words that make them."""
    for path in sorted(STATIC.iterdir()):
        yield Asset(path.name, code, path.read_bytes)
    for name in font_names():
        yield Asset(f"fonts/{name}", f"{version(PACKAGE)} {code}", partial(make_font, name))
    yield Asset("vega.js", f"{version('vl-convert-python')} {VEGA_LITE}", make_vega_script)
    for language in CODES:
        yield Asset(f"charts.{language}.js", code, partial(_charts, language))


def _charts(code: Code) -> bytes:
    language = Language(code)
    told = {"Charts": chart_specs(language), "Locale": language.chart_locale()}
    return "".join(
        f"window.kinhbac{name} = {json.dumps(content, ensure_ascii=False, sort_keys=True)};\n"
        for name, content in told.items()
    ).encode()


@cache
def make_vega_script() -> bytes:
    """Vega-Embed and what it needs, as one classic script that sets ``vegaEmbed``."""
    import vl_convert  # half a second to import and one to bundle: once a process

    script: str = vl_convert.javascript_bundle(
        snippet="window.vegaEmbed = vegaEmbed;", vl_version=VEGA_LITE
    )
    return script.encode()
