"""Text that is written in several runs, some of them raised above the line.

Here: one text of its runs, with what is raised told apart: a raised figure behind a figure is a
footnote, and 9 with footnote 1 is not 91. Not here: whether a text is a figure (``worksheets``).
"""

from __future__ import annotations

import re

from kinhbac.ingest.packed_parts import Ends, Starts
from kinhbac.ingest.sheet_cells import Noted

_ESCAPED = re.compile("_x([0-9A-Fa-f]{4})_")


class Runs:
    """The runs of one text after the other, in the XML of a packed Excel workbook."""

    def __init__(self) -> None:
        self._texts: list[str] = []
        self._plain: list[str] = []
        self._raised = self._spoken = False

    def begin(self, _attributes: dict[str, str]) -> None:
        """A run begins (``r``)."""
        self._raised = False

    def align(self, attributes: dict[str, str]) -> None:
        """A run says where on the line it stands (``vertAlign``)."""
        self._raised = attributes.get("val") == "superscript"

    def speak(self, _attributes: dict[str, str]) -> None:
        """What follows is how the text is spoken, not how it is written (``rPh``)."""
        self._spoken = True

    def write(self, text: str) -> None:
        """The text of a run ends (``t``)."""
        if not self._spoken:
            text = unescape(text)
            self._texts.append(text)
            if not self._raised:
                self._plain.append(text)

    def be_silent(self, _text: str) -> None:
        """How the text is spoken ends (``rPh``)."""
        self._spoken = False

    @property
    def starts(self) -> Starts:
        """What is to be told of elements that begin."""
        return {"r": self.begin, "vertAlign": self.align, "rPh": self.speak}

    @property
    def ends(self) -> Ends:
        """What is to be told of elements that end."""
        return {"t": self.write, "rPh": self.be_silent}

    def take(self) -> str | Noted:
        """The text that ends here; the next one begins."""
        told = join_runs(self._texts, self._plain)
        self._texts.clear()
        self._plain.clear()
        self._raised = self._spoken = False
        return told


def join_runs(texts: list[str], plain: list[str]) -> str | Noted:
    """One text of its runs, of which the ``plain`` ones are not raised."""
    if len(texts) == 1 or len(plain) in (0, len(texts)):
        return "".join(texts)
    return Noted("".join(texts), "".join(plain))


def unescape(text: str) -> str:
    """Characters that XML cannot hold, and that Excel writes by their numbers.

    >>> unescape("a_x000D_b") == "a\\rb"
    True
    """
    return _ESCAPED.sub(lambda found: chr(int(found[1], 16)), text) if "_x" in text else text
