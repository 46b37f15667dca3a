"""Sentences of a quarter's letter, for page, card and notice alike.

Here: what pulls a word down as an act, what the act would raise, good news. Not here: finding
them (``letter``).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from kinhbac.words.language import Language


def say_act(pull: Mapping[str, Any], lang: Language) -> str:
    """What an owner can do about an entry of ``pulls``, and at which source."""
    act: str = lang.words.quality_act[pull["word"]]
    told = act.format(n=lang.count(pull["lacking"]), whole=lang.count(pull["whole"]))
    return f"{lang.name(pull)}: {told}"


def say_gain(pull: Mapping[str, Any], lang: Language) -> str:
    """By how much that would raise the owner."""
    said: str = lang.words.letter.gain.format(
        word=lang.words.quality_word[pull["word"]],
        now=lang.measure(pull["value"], "share"),
        to=lang.measure(pull["to"], "share"),
        gain=lang.number(pull["gain"], 1),
    )
    return said


def say_good(good: Mapping[str, Any], lang: Language) -> str:
    """One entry of ``good``."""
    said: str = lang.words.quality_good[good["kind"]].format(
        word=lang.words.quality_word[good["word"]],
        value=lang.measure(good["value"], "share"),
        before=lang.measure(good["before"], "share"),
        median=lang.measure(good["peer_median"], "share"),
        n=good["quarters"],
    )
    return said
