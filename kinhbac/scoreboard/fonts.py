"""The fonts of the site: Source Sans Pro with every letter of Vietnamese, cut to size.

Here: subsets as WOFF2, with the licence that travels with them. Not here: where they are
used (``static/style.css``). The typeface comes with the package ``font-source-sans-pro``
(SIL Open Font License 1.1).
"""

from __future__ import annotations

from importlib.resources import files
from io import BytesIO

PACKAGE = "font-source-sans-pro"
WEIGHTS = {"regular.woff2": "Regular", "semibold.woff2": "Semibold", "bold.woff2": "Bold"}
LICENCE = "LICENSE.txt"
LETTERS = (
    *range(0x20, 0x7F),
    *range(0xA0, 0x180),  # Latin-1 and Extended-A: Đ, đ, ă
    *(0x1A0, 0x1A1, 0x1AF, 0x1B0),  # Ơ, ơ, Ư, ư
    *range(0x300, 0x324),  # marks that stand by themselves
    *range(0x1EA0, 0x1EFA),  # Vietnamese
    *(0x2013, 0x2014, 0x2018, 0x2019, 0x201C, 0x201D, 0x2026, 0x20AB, 0x2190, 0x2191, 0x2192),
    *(0x2193, 0x2212, 0x2264, 0x2265, 0x00B2, 0x2022),
)


def font_names() -> tuple[str, ...]:
    """Three weights and the licence."""
    return (*WEIGHTS, LICENCE)


def make_font(name: str) -> bytes:
    """The bytes of one of the files."""
    folder = files(PACKAGE.replace("-", "_")) / "files"
    if name == LICENCE:
        return (folder / LICENCE).read_bytes()
    return _cut((folder / f"SourceSansPro-{WEIGHTS[name]}.ttf").read_bytes())


def _cut(font: bytes) -> bytes:
    from fontTools.subset import Options, Subsetter  # half a second, once an installation
    from fontTools.ttLib import TTFont

    options = Options()
    options.flavor = "woff2"
    options.layout_features = ["kern", "mark", "mkmk", "ccmp", "tnum", "lnum"]
    options.hinting = False
    loaded = TTFont(BytesIO(font), recalcTimestamp=False)
    subsetter = Subsetter(options)
    subsetter.populate(unicodes=LETTERS)
    subsetter.subset(loaded)
    loaded.flavor = "woff2"
    cut = BytesIO()
    loaded.save(cut)
    return cut.getvalue()
