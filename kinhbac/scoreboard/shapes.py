"""The shape of every level, so that none is told by its colour alone.

Here: what is drawn, once for templates (``macros.html``) and scripts (``filling.js``), as an element
of SVG and its attributes in a square of 12. Not here: colours (``colours``), words (``words``).
"""

from __future__ import annotations

SHAPES: dict[str, tuple[str, dict[str, str | float]]] = {
    "green": ("circle", {"cx": 6, "cy": 6, "r": 5}),
    "yellow": ("path", {"d": "M6 .5 11.8 11H.2z"}),
    "unsure": ("path", {"class": "ring", "d": "M1.2 1.6h9.6L6 10.4z"}),
    "red": ("path", {"d": "M6 0 12 6 6 12 0 6z"}),
    "reached": ("path", {"d": "M1 6.4 2.6 4.8 5 7.2 9.6 2 11.2 3.4 5.1 10.4z"}),
    "old": ("circle", {"class": "ring", "cx": 6, "cy": 6, "r": 4.6}),
    "none": ("rect", {"x": 2, "y": 2, "width": 8, "height": 8}),
}
