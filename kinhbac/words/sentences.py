"""Sentences that code tells in English, in Vietnamese too: what is found, the rule, the remedy.

Here: the sentences of ``translated/*.toml``, found again by their English form as a message
catalogue of gettext is asked by its ``msgid``, with what fills their placeholders written as people
of the language write it. Not here: words that are chosen by a key (``catalogue``), shapes of texts
(``shapes``).

A sentence is written down once, where it is found: ledgers of ten years ago hold it, and processes
hand it on. So it is translated where it is read, and what was written before is too. A sentence
without a translation stays as it is; ``tests/unit/test_sentences.py`` lets none be added.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache, cached_property, lru_cache
from pathlib import Path

from kinhbac.words.catalogue import Code, words_of
from kinhbac.words.language import Language
from kinhbac.words.shapes import translate_shape

TRANSLATED = Path(__file__).parent / "translated"
AS_IT_IS = frozenset({"folder", "command"})
"""Placeholders of names that people find again by them, and that look like something else."""
NUMBERS = frozenset({"n", "m", "all", "filled"})
"""Placeholders of counts: what is no number is another sentence."""
KNOWN = frozenset({"why", "subject", "change"})
"""Placeholders of a part that stands in the catalogue: what does not is another sentence."""
LISTED = {"parts": ", ", "lacking": "; ", "seen": "; "}
"""Placeholders of several parts → what stands between them."""
_PLACEHOLDER = re.compile(r"\{(\w+)\}")
_NUMBER = re.compile(r"-?\d{1,3}(?:,\d{3})+(?:\.\d+)?|-?\d+\.\d+")
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_PERIOD = re.compile(r"\d{4}-(?:\d{2}|Q[1-4]|H[12])")
_SWAPPED = str.maketrans(",.", ".,")


@dataclass(frozen=True)
class Sentence:
    """One sentence in both languages, with the same placeholders."""

    en: str
    vi: str

    @cached_property
    def begins(self) -> str:
        """What stands before its first placeholder."""
        return _PLACEHOLDER.split(self.en, maxsplit=1)[0]

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        """By which it is found; made for those alone that begin like what is asked."""
        return _pattern(self.en)

    @property
    def known(self) -> frozenset[str]:
        """Its placeholders of parts that stand in the catalogue."""
        return KNOWN & self.pattern.groupindex.keys()

    @property
    def literal(self) -> int:
        """How many letters it says itself: of two that fit, the one that says more is meant."""
        return len(_PLACEHOLDER.sub("", self.en))


def translate(text: str, code: Code) -> str:
    """A sentence in another language; what is no sentence of the catalogue stays as it is.

    >>> translate("byte 1,204 is not utf-8", "vi")
    'byte thứ 1.204 không theo bảng mã utf-8'
    >>> translate("it is not a date such as %d/%m/%Y", "vi")
    'không phải là ngày theo mẫu %d/%m/%Y'
    """
    return text if code == "en" else _translate(text)


def translate_refusal(text: str, code: Code) -> str:
    """Why something is refused, line by line: what is said, the rule, the remedy.

    >>> translate_refusal("7 is there already. Rule: nothing is overwritten. Remedy: write it so.", "vi")
    'đã có 7. Quy định: không ghi đè. Cách khắc phục: Viết như vậy.'
    """
    return "\n".join(_translate_told(line, code) for line in text.split("\n"))


def _translate_told(line: str, code: Code) -> str:
    """One line, with the marks of rule and remedy that stand between its sentences."""
    if code == "en":
        return line
    english, words = words_of("en"), words_of(code)
    marks = {
        f"{english.problem.rule}: ": words.problem.rule,
        f"{english.problem.remedy}: ": words.problem.remedy,
    }
    said, told = re.split(f"({'|'.join(map(re.escape, marks))})", line), ""
    for piece in said:
        if piece in marks:
            told += f"{marks[piece]}: "
        else:
            sentence = piece.rstrip().removesuffix(".")
            if translate(sentence, code) == sentence:  # some stand with their full stop
                sentence = piece.rstrip()
            told += translate(sentence, code) + piece[len(sentence) :]
    return told


@lru_cache(maxsize=16384)
def _translate(text: str) -> str:
    return _find(text, _beginning("sentences", text[:1])) or text


def _find(text: str, sentences: tuple[Sentence, ...]) -> str | None:
    for sentence in sentences:
        if not text.startswith(sentence.begins):
            continue
        found = sentence.pattern.fullmatch(text)
        if found and all(
            _find(found[name], _beginning("parts", found[name][:1])) for name in sentence.known
        ):
            filled = {name: _part(name, said) for name, said in found.groupdict().items()}
            return _fill(sentence.vi, filled)
    return None


def _fill(text: str, filled: Mapping[str, str]) -> str:
    return _PLACEHOLDER.sub(lambda one: filled[one[1]], text)


def _part(name: str, said: str) -> str:
    """What fills a placeholder, as people of the language write it."""
    if name in AS_IT_IS:
        return said
    if name in LISTED:
        return LISTED[name].join(_part("one", one) for one in said.split(LISTED[name]))
    if _NUMBER.fullmatch(said):
        return said.translate(_SWAPPED)
    try:
        if _DAY.fullmatch(said):
            return Language("vi").day(date.fromisoformat(said))
        if _PERIOD.fullmatch(said):
            return Language("vi").labelled(said)
    except ValueError:
        return said
    found = _find(said, _beginning("anything", said[:1]))
    return translate_shape(said, "vi") if found is None else found


@cache
def _ordered(section: str) -> tuple[Sentence, ...]:
    """The sentences of a section, those first that say most themselves; of both (``anything``) a
    part before a sentence that says as much."""
    read = read_sentences()
    found = [*read["parts"], *read["sentences"]] if section == "anything" else read[section]
    return tuple(sorted(found, key=lambda one: -one.literal))


@cache
def _beginning(section: str, sign: str) -> tuple[Sentence, ...]:
    """Those of them that can begin with a sign: with it, or with a placeholder."""
    return tuple(one for one in _ordered(section) if one.begins[:1] in ("", sign))


@cache
def read_sentences() -> dict[str, list[Sentence]]:
    """All sentences by section (``sentences``, and ``parts``, which stand inside of one).

    Raises ValueError where both languages have not the same placeholders, or one stands twice.
    """
    found: dict[str, dict[str, Sentence]] = {"sentences": {}, "parts": {}}
    for path in sorted(TRANSLATED.glob("*.toml")):
        content = tomllib.loads(path.read_text(encoding="utf-8"))
        for section, texts in content.items():
            for en, vi in texts.items():
                if set(_PLACEHOLDER.findall(en)) != set(_PLACEHOLDER.findall(vi)):
                    raise ValueError(f"{path.name}: «{en}» has other placeholders in Vietnamese")
                if en in found[section]:
                    raise ValueError(f"{path.name}: «{en}» stands in another file too")
                found[section][en] = Sentence(en, vi)
    return {section: list(sentences.values()) for section, sentences in found.items()}


def template_of(text: str) -> str:
    """A sentence with its placeholders unnamed, by which one of the code is found here.

    >>> template_of("byte {n} is not {encoding}")
    'byte {} is not {}'
    """
    return _PLACEHOLDER.sub("{}", text)


def _pattern(text: str) -> re.Pattern[str]:
    pieces = _PLACEHOLDER.split(text)
    said = [
        f"(?P<{piece}>{r'-?[0-9][0-9,.]*(?:e-?[0-9]+)?' if piece in NUMBERS else '.+?'})"
        if number % 2
        else re.escape(piece)
        for number, piece in enumerate(pieces)
    ]
    return re.compile("".join(said), re.DOTALL)
