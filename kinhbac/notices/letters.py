"""The quarter's letter as a notice: once an owner and quarter, after its end.

Here: what ``quality.letter`` says, as sections of a digest that is told once. Not here: finding it,
its page.
"""

from __future__ import annotations

from functools import partial

from kinhbac.database import read_rows, read_warehouse
from kinhbac.notices.digest import WORDS as words
from kinhbac.notices.digest import Digest, Item, Section, has_table
from kinhbac.quality.letter import Letter, read_letters
from kinhbac.quality.letter_text import say_act, say_gain, say_good
from kinhbac.release.releases import Release
from kinhbac.release.warehouse import warehouse_of
from kinhbac.words.language import Language

VI = Language("vi")


def read_letter_digests(release: Release) -> list[Digest]:
    """The letter of every agency that has one; none of a release from before there were any."""
    with read_warehouse(warehouse_of(release)) as db:
        if not has_table(db, "quality"):
            return []
        letters = read_letters(partial(read_rows, db))
        names = dict(db.execute("select agency, name_vi from agencies").fetchall())
    site = (release.folder / "site").is_dir()
    return [
        _digest(letter, names.get(agency, agency), release, site)
        for agency, letter in letters.items()
    ]


def _digest(letter: Letter, name: str, release: Release, site: bool) -> Digest:
    entry, quarter = letter.as_entry(), VI.period("quarter", letter.quarter)
    page = f"site/letters/{letter.agency}.html" if site else ""

    def item(label: str, said: str, remedy: str = "") -> Item:
        return Item(
            letter.agency,
            "letter",
            f"{letter.quarter} {label} {said}",
            "",
            label,
            said,
            remedy=remedy,
            synthetic=letter.synthetic,
        )

    told = [item(words.quality_word[one["word"]], _say_word(one)) for one in entry["words"]]
    pulls = [
        item(words.quality_word[one["word"]], say_act(one, VI), say_gain(one, VI))
        for one in entry["pulls"]
    ]
    good = [item(words.quality_word[one["word"]], say_good(one, VI)) for one in entry["good"]]
    sections = (
        Section(words.quality.title, tuple(told), page),
        Section(words.letter.act, tuple(pulls[:1]), page),
        Section(words.letter.pulls, tuple(pulls[1:]), page),
        Section(words.letter.good, tuple(good), page),
    )
    return Digest(
        letter.agency,
        name,
        words.letter.notice.format(quarter=quarter),
        tuple(section for section in sections if section.items),
        release.number,
        release.as_of,
        (page,) if page else (),
        shown=6,
        once=f"letter {letter.quarter}",
    )


def _say_word(word: dict[str, float | None]) -> str:
    now, before = (VI.measure(word[name], "share") for name in ("value", "before"))
    return str(words.letter.course.format(now=now, before=before))
