"""What somebody calls an indicator, an area, an agency or a period, and which one is meant.

Here: from a text to a key, or what could have been meant. Not here: what is asked of it. Tones, case
and words such as «xã» do not matter where one alone can be meant; nothing is taken for another
period of time: an area of former borders is proposed, and never taken for the one of today.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any

from kinhbac.periods import Period
from kinhbac.problems import Refused
from kinhbac.spelling import fold_name, without_marks

if TYPE_CHECKING:
    from kinhbac.words.catalogue import Code

PROPOSED = 5
FEW = 60
"""Keys that are all named where nothing is alike."""
LIKE_ENOUGH = 0.6
"""How alike two texts are for one to be proposed for the other (difflib's ratio, 0 to 1)."""
_REMARK = re.compile(r"\s*\([^()]*\)$")
_MONTH = re.compile(r"(?:thang |month )?(?P<month>1[0-2]|0?[1-9])[/-](?P<year>\d{4})")
_DAY = re.compile(r"(?P<day>3[01]|[12]\d|0?[1-9])/(?P<month>1[0-2]|0?[1-9])/(?P<year>\d{4})")
_PART = re.compile(r"(?P<kind>quy|q|h)[ ]?(?P<part>[1-4]|iv|i{1,3})[/ -](?P<year>\d{4})")
_YEAR = re.compile(r"(?:nam |year )?(?P<year>\d{4})")
_ROMAN = {"i": "1", "ii": "2", "iii": "3", "iv": "4"}


class UnknownName(Refused):
    """No one thing is called so; the message says what could have been meant. ``proposed``: keys;
    ``with_vietnamese_names``: the same message, for whoever is told in Vietnamese."""

    def __init__(
        self, message: str, proposed: Sequence[str], with_vietnamese_names: str = ""
    ) -> None:
        self.proposed = tuple(proposed)
        self.with_vietnamese_names = with_vietnamese_names or message
        super().__init__(message)

    def __reduce__(self) -> tuple[type[UnknownName], tuple[str, tuple[str, ...], str]]:
        return type(self), (str(self), self.proposed, self.with_vietnamese_names)

    def tell(self, code: Code) -> str:
        return (
            super().tell(code) if code == "en" else Refused(self.with_vietnamese_names).tell(code)
        )


@dataclass(frozen=True)
class Named:
    """A key, what it is also called (names in two languages, codes), and, of what is no more, the
    keys that took its place, where that is known."""

    key: str
    names: tuple[str, ...] = ()
    is_former: bool = False
    successors: tuple[str, ...] | None = None

    def name(self, code: Code) -> str:
        """What a reader of a language calls it; empty where it has a key alone."""
        return self.names[code == "en" and len(self.names) > 1] if self.names else ""

    def told(self, code: Code) -> str:
        """``07492 (Xã Lục Sơn)``."""
        name = self.name(code)
        return f"{self.key} ({name})" if name else self.key

    def ways(self) -> Iterator[tuple[str, str, str]]:
        """Every way to call it: as it is written, without a remark in parentheses, and without
        marks either."""
        for name in (self.key, *self.names):
            if name:
                bare = _REMARK.sub("", name)
                yield fold_name(name), fold_name(bare), without_marks(bare)


def of_rows(rows: Iterable[Mapping[str, Any]], key: str) -> list[Named]:
    """What rows of a table name: ``key`` is their column; they may have ``name_vi``, ``name_en``,
    ``short_vi``, ``short_en``, ``code``, ``valid_to`` and ``successors``.

    ``valid_to`` makes an area a former one; an indicator that has ended is still itself.
    """
    return [
        Named(
            row[key],
            tuple(
                str(row[name])
                for name in ("name_vi", "name_en", "short_vi", "short_en", "code")
                if row.get(name)
            ),
            key == "area" and row.get("valid_to") is not None,
            tuple(row["successors"] or ()) if "successors" in row else None,
        )
        for row in rows
    ]


def find_key(asked: str, known: Sequence[Named], what: str) -> str:
    """The key of the one that is meant. Raises UnknownName, which proposes.

    >>> communes = [Named("07492", ("Xã Lục Sơn", "Luc Son Commune")), Named("09454", ("Xã Gia Bình",))]
    >>> find_key("luc son", communes, "area")
    '07492'
    >>> find_key("luc sonn", communes, "area")
    Traceback (most recent call last):
    kinhbac.answers.names.UnknownName: There is no area «luc sonn». Did you mean 07492 (Luc Son Commune)?
    """
    if any(one.key == asked for one in known):
        return asked
    for is_exact, called in _closer(asked, known):
        found = [one for one in called if not one.is_former]
        past = [one for one in called if one.is_former]
        if not found:
            raise _is_no_more(asked, past, known)
        if not is_exact:
            found += _others_of_the_past(found, past)
        if len(found) == 1:
            return found[0].key
        use = f". Use the key of the {what} that you mean."
        raise _proposing(found, f"«{asked}» may mean ", found, use, last=" or ")
    if proposed := _propose(asked, known):
        unknown = f"There is no {what} «{asked}». Did you mean "
        raise _proposing(proposed, unknown, proposed, "?", last=" or ")
    others = "Remedy: look for its key"
    if len(known) <= FEW:
        others = f"There are {', '.join(one.key for one in known) or 'none'}"
    raise UnknownName(f"There is no {what} «{asked}», nor one that is called alike. {others}.", [])


def find_period(text: str) -> Period:
    """The period of a text, as labels or people write it. Raises UnknownName.

    >>> [find_period(text).label for text in ("10/2026", "quý III/2026", "Q3 2026", "năm 2026")]
    ['2026-10', '2026-Q3', '2026-Q3', '2026']
    >>> find_period("21/10/2026").label
    '2026-10-21'
    """
    told = without_marks(" ".join(text.split()))
    try:
        if match := _DAY.fullmatch(told):
            return Period.parse(f"{match['year']}-{match['month']:0>2}-{match['day']:0>2}")
        if match := _MONTH.fullmatch(told):
            return Period.parse(f"{match['year']}-{match['month']:0>2}")
        if match := _PART.fullmatch(told):
            kind = "H" if match["kind"] == "h" else "Q"
            part = _ROMAN.get(match["part"], match["part"])
            return Period.parse(f"{match['year']}-{kind}{part}")
        if match := _YEAR.fullmatch(told):
            return Period.parse(match["year"])
        return Period.parse(text.strip().upper())
    except ValueError:
        raise UnknownName(
            f"«{text}» is not a period: write 2026, 2026-H1, 2026-Q3, 2026-10 or 2026-10-21; "
            "10/2026 and Q3/2026 are read too.",
            [],
        ) from None


def _closer(asked: str, known: Sequence[Named]) -> Iterator[tuple[bool, list[Named]]]:
    """Those that are called so, the strictest way of comparing first, and whether to the letter;
    nothing where none is."""
    folded, bare = fold_name(asked), without_marks(_REMARK.sub("", " ".join(asked.split())))
    ways = [(one, list(one.ways())) for one in known]
    for way in (0, 1):
        if exact := [one for one, names in ways if any(folded == name[way] for name in names)]:
            yield True, exact
    if without := [one for one, names in ways if any(bare == name[2] for name in names)]:
        yield False, without
    part = [one for one, names in ways if any(_is_end_of(bare, name[2]) for name in names)]
    if part and len(bare) > 1:
        yield False, part


def _is_no_more(asked: str, past: Sequence[Named], known: Sequence[Named]) -> UnknownName:
    """What is called so is of the past: what took its place is proposed, and not taken for it."""
    of_today = {one.key: one for one in known}
    keys = [key for one in past for key in one.successors or () if key in of_today]
    heirs = [of_today[key] for key in dict.fromkeys(keys)]
    became = (", which became ", heirs) if heirs else ()
    return _proposing(
        list(dict.fromkeys([*past, *heirs])),
        f"«{asked}» is the name of what is no more: ",
        past,
        *became,
        ". Use the key of the one that you mean.",
    )


def _proposing(
    proposed: Sequence[Named], *pieces: str | Sequence[Named], last: str = ", "
) -> UnknownName:
    """``pieces``: those of the English sentence, and what is named between them."""

    def tell(code: Code) -> str:
        return "".join(
            piece if isinstance(piece, str) else _list(piece, code, last) for piece in pieces
        )

    return UnknownName(tell("en"), [one.key for one in proposed], tell("vi"))


def _others_of_the_past(found: Sequence[Named], past: Sequence[Named]) -> list[Named]:
    """Those of the past that did not become what was found: «bac giang» is a ward of today and was
    a province."""
    heirs = {one.key for one in found}
    return [one for one in past if one.successors is not None and not heirs & {*one.successors}]


def _is_end_of(asked: str, name: str) -> bool:
    return name.endswith(f" {asked}") or name.startswith(f"{asked} ")


def _propose(asked: str, known: Sequence[Named]) -> list[Named]:
    """Those that are called alike, those of today first."""
    bare = without_marks(" ".join(asked.split()))
    by_way: dict[str, Named] = {}
    for one in sorted(known, key=lambda one: one.is_former):
        for _, _, name in one.ways():
            for way in (name, name.partition(" ")[2], name.rpartition(" ")[0]):
                if way:
                    by_way.setdefault(way, one)
    close = get_close_matches(bare, by_way, PROPOSED, LIKE_ENOUGH)
    inside = [way for way in by_way if len(bare) > 2 and bare in way]
    return list(dict.fromkeys(by_way[way] for way in [*close, *inside]))[:PROPOSED]


def _list(found: Iterable[Named], code: Code, last: str = ", ") -> str:
    told = [one.told(code) for one in found]
    more = f", … ({len(told)} in all)" if len(told) > PROPOSED else ""
    *before, end = told[:PROPOSED]
    return (", ".join(before) + last if before else "") + end + more


def read_areas(ask: Callable[[str], Iterable[Mapping[str, Any]]]) -> list[Named]:
    """All areas of a release, with those that took the place of others."""
    question = (
        "select *, (select list(successor) from area_successions where predecessor = area) "
        "as successors from areas order by area"
    )
    return of_rows(ask(question), "area")


def read_indicators(ask: Callable[[str], Iterable[Mapping[str, Any]]]) -> list[Named]:
    """All indicators of a release, also those that are not published."""
    return of_rows(ask("select indicator, name_vi, name_en from indicators"), "indicator")


def read_agencies(ask: Callable[[str], Iterable[Mapping[str, Any]]]) -> list[Named]:
    """All agencies of a release."""
    return of_rows(ask("from agencies"), "agency")
