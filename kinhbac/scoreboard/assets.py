"""What every page loads: style, scripts, words, fonts, and the charting library.

Here: what they are made of and how. Not here: pages. Vega, Vega-Lite and Vega-Embed come as
one script out of the package ``vl-convert-python``; nothing is fetched from a network. Each lies
under the hash of its content (``addresses``).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from importlib.metadata import version
from pathlib import Path

from kinhbac.data_folder import hash_code, hash_file
from kinhbac.documents.spreadsheets import DANGEROUS
from kinhbac.scoreboard.addresses import address_of
from kinhbac.scoreboard.colours import as_css
from kinhbac.scoreboard.fonts import PACKAGE, font_names, make_font
from kinhbac.scoreboard.kept import keep
from kinhbac.scoreboard.script import as_script
from kinhbac.scoreboard.shapes import SHAPES
from kinhbac.words.catalogue import CATALOGUE, CODES, Code
from kinhbac.words.language import DATES, Language

HERE = Path(__file__).parent
SECTIONS = (
    "area", "area_level", "catalogue", "chart", "compare", "composite", "composite_mark", "deliveries",
    "frequency", "group", "indicator", "period", "period_to_date", "quality", "sender_short", "site", "state", "status", "step_mark", "step_reason", "steps", "today",
)  # fmt: skip
"""Which words the scripts say."""


@dataclass(frozen=True)
class Asset:
    """One file under ``assets/``: its name, and what it holds."""

    name: str
    content: bytes

    @property
    def address(self) -> str:
        """Where it lies under ``assets/``."""
        return address_of(self.name, self.content)


def asset_files() -> Iterator[Asset]:
    """Every asset; what takes seconds to make is made once an installation (``kept``)."""
    slow = [*_slow_ones()]
    yield from slow
    for path in sorted((HERE / "static").iterdir()):
        content = path.read_bytes()
        yield Asset(path.name, _style(content, slow) if path.name == "style.css" else content)
    for language in CODES:
        yield Asset(f"words.{language}.js", _words(language))


def keep_assets() -> None:
    """Make what takes seconds before the first night."""
    for _ in _slow_ones():
        pass


def _slow_ones() -> Iterator[Asset]:
    fonts = f"{version(PACKAGE)} {version('fonttools')} {hash_file(HERE / 'fonts.py')}"
    charts = f"{version('altair')} {hash_code(HERE / 'charts.py', HERE / 'colours.py')}"
    for name in font_names():
        yield _kept(f"fonts/{name}", fonts, partial(make_font, name))
    yield _kept("vega.js", f"{version('vl-convert-python')} {charts}", _vega)
    for language in CODES:
        origin = f"{charts} {hash_code(CATALOGUE)}"
        yield _kept(f"charts.{language}.js", origin, partial(_charts, language))


def _kept(name: str, origin: str, make: Callable[[], bytes]) -> Asset:
    return Asset(name, keep(Path(name).name, origin, make))


def _style(written: bytes, fonts: list[Asset]) -> bytes:
    """The style with its palette, which finds the fonts where they lie."""
    for font in fonts:
        written = written.replace(f"url({font.name})".encode(), f"url({font.address})".encode())
    return as_css().encode() + written


def _words(code: Code) -> bytes:
    """What scripts say and how they write figures and days in one language, and the shapes of levels."""
    language = Language(code)
    said = {section: language.words[section] for section in SECTIONS}
    ways = {
        "day": DATES[code],
        **language.chart_locale(),
        "formula_begins": DANGEROUS,
    }
    return (
        as_script("kinhbacWords", said)
        + as_script("kinhbacLocale", ways)
        + as_script("kinhbacShapes", SHAPES)
    ).encode()


def _charts(code: Code) -> bytes:
    from kinhbac.scoreboard.charts import chart_specs  # altair takes a fifth of a second

    return as_script("kinhbacCharts", chart_specs(Language(code))).encode()


def _vega() -> bytes:
    """Vega-Embed and what it needs, as one classic script that sets ``vegaEmbed``."""
    import vl_convert  # half a second to import and one to bundle

    from kinhbac.scoreboard.charts import VEGA_LITE

    script: str = vl_convert.javascript_bundle(
        snippet="window.vegaEmbed = vegaEmbed;", vl_version=VEGA_LITE
    )
    return script.encode()
