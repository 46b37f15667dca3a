"""The shape of every level and of every state of a delivery, so that none is told by its colour alone.

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
    "late": ("path", {"d": "M2.2.8 6 4.6 9.8.8l1.4 1.4L7.4 6l3.8 3.8-1.4 1.4L6 7.4l-3.8 3.8L.8 9.8 4.6 6 .8 2.2z"}),
    "not_due": ("circle", {"cx": 6, "cy": 6, "r": 4.2, "fill": "none", "stroke": "currentColor", "stroke-width": 1.5}),
}  # fmt: skip
