"""Every colour of the pages, each with one name.

Here: the palette and which text stands on which ground. Not here: where a colour is used
(``static/style.css`` by ``var(--name)``, ``charts``). «Within limits» is teal: of the colours that
Vietnamese calls xanh it is the one that people who confuse red and green tell from both.
"""

from __future__ import annotations

COLOURS = {
    "paper": "#f6f5f2", "card": "#ffffff", "ink": "#1b2330", "soft": "#4d5766", "line": "#d9d6ce",
    "faint": "#858d98", "brand": "#7a1f1f", "link": "#174a7c", "target": "#174a7c", "focus": "#1f6fb2",
    "green": "#00606b", "green-ground": "#e0f1f2",
    "yellow": "#855600", "yellow-ground": "#fdf1d2",
    "red": "#b3261e", "red-ground": "#fbe6e3",
    "none": "#4d5766", "none-ground": "#eceef1",
    "demo": "#5b3b8c", "demo-ground": "#f1ecf8",
    "shade-0": "#ffffff", "shade-1": "#fbe9e7", "shade-2": "#f3c4bf", "shade-3": "#e59a93",
    "shade-4": "#d8776f", "shade-5": "#9c1f17",
}  # fmt: skip
TEXTS = (
    *((ink, ground) for ink in ("ink", "soft", "link", "brand") for ground in ("paper", "card")),
    *((mark, "card") for mark in ("red", "yellow", "green", "none", "target", "demo")),
    *((mark, f"{mark}-ground") for mark in ("red", "yellow", "green", "none", "demo")),
    *(("ink", f"shade-{shade}") for shade in range(5)),
    ("card", "shade-5"),
)
"""Text and its ground: 4.5 : 1 at least (WCAG 2.2 AA). Printed ones are the same on white."""
LINES = (("faint", "card"), ("focus", "card"), ("focus", "paper"))
"""Lines that carry meaning, and their ground: 3 : 1 at least."""


def as_css() -> str:
    """The palette as custom properties: ``var(--red)``."""
    said = "".join(f" --{name}: {colour};" for name, colour in COLOURS.items())
    return f":root {{{said} }}\n"


def contrast(one: str, other: str) -> float:
    """Contrast of two colours of the palette (WCAG 2.2, «contrast ratio»), 1 to 21.

    >>> round(contrast("card", "card"), 1), round(contrast("ink", "card"), 1)
    (1.0, 15.8)
    """
    high, low = sorted((_luminance(COLOURS[one]), _luminance(COLOURS[other])), reverse=True)
    return (high + 0.05) / (low + 0.05)


def _luminance(colour: str) -> float:
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    ]
    return sum(weight * part for weight, part in zip((0.2126, 0.7152, 0.0722), linear, strict=True))
