"""How far a night is, for somebody who waits for it at a terminal.

Here: which step of how many, and how long a first night still takes. Not here: what a step says
(``night``). What is piped, or written by a timer, stays as the steps say it.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator
from contextlib import contextmanager

from kinhbac.commands.spoken import language
from kinhbac.words.catalogue import Code, words_of

STAGES: dict[str, float | None] = {
    "registry": 0.09,
    "deliveries": None,
    "records": 0.39,
    "warehouse": 0.39,
    "acceptance": 0.69,
    "release": 0.95,
    "edition": 0.99,
    "notices": 1.0,
}
"""Stage, as ``night`` names it (``extra``), in its order → the part of a first night that has passed
when it speaks, by the first night of the demonstration (216 s on two cores); None where its lines
come all along."""


class Spoken(logging.Formatter):
    """What a step says, line by line, in the language of the terminal."""

    def __init__(self) -> None:
        super().__init__()
        self.code = language()  # threads of a night know of no command

    def format(self, record: logging.LogRecord) -> str:
        from kinhbac.words.sentences import translate_refusal

        if tell := getattr(record, "tell", None):  # of parts, which no sentence gives back
            return str(tell(self.code))
        return translate_refusal(super().format(record), self.code)


class Steps(Spoken):
    """The same, with «[4/8, about 2 min left]» before it."""

    def __init__(self, first: bool) -> None:
        super().__init__()
        self.first, self.started = first, time.monotonic()

    def format(self, record: logging.LogRecord) -> str:
        said = super().format(record)
        stage = getattr(record, "stage", None)
        if stage not in STAGES:
            return said
        told = f"{list(STAGES).index(stage) + 1}/{len(STAGES)}"
        passed = STAGES[stage]
        if self.first and passed and passed < 1:
            elapsed = time.monotonic() - self.started
            left = words_of(self.code).command.left
            told += ", " + left.format(time=_round(elapsed / passed - elapsed, self.code))
        return f"[{told}] {said}"


@contextmanager
def following(*, first: bool) -> Iterator[None]:
    """Let steps that speak in the block say how far they are, on terminals; ``first``: no night was
    before, so that it is long and how long can be told."""
    shown = [
        handler
        for handler in logging.getLogger("kinhbac").handlers
        if isinstance(handler, logging.StreamHandler) and handler.stream.isatty()
    ]
    for handler in shown:
        handler.setFormatter(Steps(first))
    try:
        yield
    finally:
        for handler in shown:
            handler.setFormatter(Spoken())


def _round(seconds: float, code: Code) -> str:
    """``40 s``, ``3 min``: no more digits than are known.

    >>> _round(37.2, "en"), _round(171, "vi")
    ('40 s', '3 phút')
    """
    words = words_of(code).command
    if seconds < 90:
        return str(words.seconds.format(n=max(round(seconds / 10) * 10, 10)))
    return str(words.minutes.format(n=round(seconds / 60)))
