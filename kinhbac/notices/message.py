"""A digest as words: subject, plain text, simple HTML.

Here: what is new, what is cut, the two templates beside this file. Whatever an agency
delivered is one line of text here: no line break reaches a header, no mark-up a page.
Not here: what the digest holds (``digest``), sending (``transport``).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from kinhbac.notices.digest import WORDS as words
from kinhbac.notices.digest import Digest, Item, count

LONGEST = 300
"""Characters of one text; the rest is to be read where all of it stands."""


@dataclass(frozen=True)
class Message:
    """A digest as it is sent."""

    subject: str
    text: str
    html: str
    calm: bool
    """Whether there is nothing left to do."""


@dataclass(frozen=True)
class Part:
    """A heading and its first items; ``more`` are left out and stand ``elsewhere``."""

    title: str
    total: int
    lines: tuple[tuple[str, Item], ...]
    more: int
    elsewhere: str


def one_line(text: str) -> str:
    """``text`` on one line, without control or hidden characters, cut when it is long."""
    visible = "".join(sign if sign.isprintable() else " " for sign in text)
    line = " ".join(visible.split())
    return line if len(line) <= LONGEST else line[: LONGEST - 1].rstrip() + "…"


def write_message(digest: Digest, told: Mapping[str, str]) -> Message:
    """The digest in words, for someone who was ``told`` these items in these states.

    What is new or has changed comes first and is marked; then what stands. In a first message
    nothing is marked, nor in one that is told once. An empty digest says that nothing is left.
    """
    if digest.once:
        told = {}
    subject = words.digest.subject.format(
        name=digest.name, counts=digest.counts, release=digest.release
    )
    context = {
        "w": words,
        "digest": digest,
        "parts": _parts(digest, told),
        "gone": len(told.keys() - digest.states.keys()),
    }
    return Message(
        one_line(f"[kinhbac] {subject}"),
        _render("digest.txt", context),
        _render("digest.html", context),
        calm=not digest.sections,
    )


def _parts(digest: Digest, told: Mapping[str, str]) -> list[Part]:
    def is_news(item: Item) -> bool:
        return bool(told) and told.get(item.key) != item.mark

    def mark(item: Item) -> str:
        return (
            ""
            if not is_news(item)
            else words.digest.changed
            if item.key in told
            else words.digest.new
        )

    news = [item for item in digest.items if is_news(item)]
    parts = []
    if news:
        parts.append(_part(words.digest.news, news, words.digest.news_elsewhere, digest, mark))
    for section in digest.sections:
        standing = [item for item in section.items if not is_news(item)]
        if standing:
            parts.append(_part(section.title, standing, section.elsewhere, digest, mark))
    return parts


def _part(
    title: str,
    items: Iterable[Item],
    elsewhere: str,
    digest: Digest,
    mark: Callable[[Item], str],
) -> Part:
    lines = [(mark(item), item) for item in items]
    shown = tuple(lines[: digest.shown])
    return Part(title, len(lines), shown, len(lines) - len(shown), elsewhere)


def _clean(value: Any) -> Any:
    return one_line(value) if isinstance(value, str) else value


def _render(template: str, context: dict[str, Any]) -> str:
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent),
        autoescape=template.endswith(".html"),
        undefined=StrictUndefined,
        finalize=_clean,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters["count"] = count
    return environment.get_template(template).render(context)
