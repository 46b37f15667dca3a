"""What the interface asks of a release, in SQL that is written beside this file and nowhere else.

Here: which question, with which parameters, and whether the keys it names are known. Not here: the
shapes of parameters (``filters``), the database (``shelf``), writing the answer. What comes
from outside is a bound parameter, never a part of the text.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from http import HTTPStatus
from typing import Any

from kinhbac.interface.composites import ask_composite, ask_explanation
from kinhbac.interface.editions import OPEN, SCHEME, accesses_seen, demand_internal
from kinhbac.interface.filters import (
    AreasAsked,
    CompositeAsked,
    CoverageAsked,
    ExplanationAsked,
    IndicatorsAsked,
    Listed,
    ValuesAsked,
    WarningsAsked,
)
from kinhbac.interface.opened import Answer, Opened
from kinhbac.interface.refusals import Refusal, misunderstood
from kinhbac.periods import Period
from kinhbac.problems import Problem
from kinhbac.queries import read_queries
from kinhbac.registry.declared.publication import Access

QUERIES = read_queries(__file__)
Labels = dict[str, dict[str, Any]]
SAID = {"format", "snapshot", "lang"}
"""Parameters that the database is not asked with."""


@dataclass(frozen=True)
class Vocabulary:
    """Words that a parameter may say: those that a ``question``, in SQL, finds. ``rule``: which these are,
    for people; where nothing else lists them, they are named."""

    parameter: str
    question: str
    rule: str = ""


INDICATOR = Vocabulary("indicator", QUERIES["keys_of_indicators"], "keys are those of /indicators")
AREA = Vocabulary("area", QUERIES["keys_of_areas"], "keys are those of /areas")
PARENT = Vocabulary("parent", QUERIES["keys_of_areas"], "keys are those of /areas")
SECTOR = Vocabulary("sector", QUERIES["keys_of_sectors"])
NEEDED_SECTOR = Vocabulary("sector", QUERIES["keys_of_needs"])
BREAKDOWN = Vocabulary("breakdown", QUERIES["keys_of_breakdowns"])
OWNER = Vocabulary("owner", QUERIES["keys_of_owners"], "it is the code of an agency")


@dataclass(frozen=True)
class Page:
    """Some rows of an answer, and whether there are more."""

    answer: Answer
    more: bool


@dataclass(frozen=True)
class Inquirer:
    """Somebody who asks a release, and may see what an edition shows."""

    opened: Opened
    edition: Access

    def indicators(self, asked: IndicatorsAsked) -> Page:
        """Published indicators."""
        self._demand_known({SECTOR: asked.sector})
        return self._page(QUERIES["indicators"], asked, accesses=self._accesses)

    def indicator(self, key: str) -> dict[str, Any]:
        """One indicator. Raises Refusal (404) where there is none that may be seen."""
        parameters = {"accesses": self._accesses, "indicator": key}
        answer = self.opened.ask(QUERIES["indicator"], parameters)
        for record in answer.records():
            return record
        raise Refusal(
            HTTPStatus.NOT_FOUND,
            f"There is no such indicator in the edition «{self.edition}». "
            "Remedy: /indicators lists those that there are.",
        )

    def areas(self, asked: AreasAsked) -> Page:
        """Areas, also those of other times."""
        self._demand_known({PARENT: asked.parent})
        return self._page(QUERIES["areas"], asked)

    def values(self, asked: ValuesAsked) -> Page:
        """Figures, and why there are none, by indicator, breakdown, area and period."""
        self._demand_known(
            {INDICATOR: asked.indicator, AREA: asked.area, BREAKDOWN: asked.breakdown}
        )
        if asked.as_of and self.edition == OPEN:
            detail = "What was published before is not in the open edition. Remedy: use a token."
            raise Refusal(HTTPStatus.UNAUTHORIZED, detail, headers={"WWW-Authenticate": SCHEME})
        if asked.as_of:
            self._demand_published(asked.as_of, asked.breakdown)
        source = QUERIES["as_of"] if asked.as_of else QUERIES["as_it_stands"]
        bounds = {
            "since": asked.since and Period.parse(asked.since).start,
            "until": asked.until and Period.parse(asked.until).end,
        }
        unused = set() if asked.as_of else {"as_of"}
        question = "with asked as ({}) {}".format(source, QUERIES["values"])
        return self._page(question, asked, unused, accesses=self._accesses, **bounds)

    def warnings(self, asked: WarningsAsked) -> Page:
        """Warnings with their lives, for the internal edition."""
        demand_internal(self.edition, "Warnings")
        self._demand_known({INDICATOR: asked.indicator, AREA: asked.area, OWNER: asked.owner})
        return self._page(QUERIES["warnings"], asked)

    def coverage(self, asked: CoverageAsked) -> Page:
        """What is needed, proposed, agreed, computed, published; for the internal edition."""
        demand_internal(self.edition, "Counts of what is needed and what there is")
        self._demand_known({NEEDED_SECTOR: asked.sector})
        return self._page(QUERIES["coverage"], asked)

    def explanation(self, indicator: str, asked: ExplanationAsked) -> dict[str, Any]:
        """One figure down to file and row, for the internal edition."""
        demand_internal(self.edition, "Files and rows of figures")
        return ask_explanation(self.opened, indicator, asked.area, asked.period)

    def composite(self, indicator: str, asked: CompositeAsked) -> dict[str, Any]:
        """Ranks, components and steps of a composite, for the internal edition."""
        demand_internal(self.edition, "Ranks and components")
        return ask_composite(self.opened, indicator, asked.area, asked.period)

    def release(self) -> dict[str, Any]:
        """Which release answers."""
        [record] = self.opened.ask(QUERIES["release"]).records()
        return record

    def label_indicators(self, keys: Iterable[str]) -> Labels:
        """Names and units of these indicators."""
        return self._label(QUERIES["indicator_labels"], keys, accesses=self._accesses)

    def label_areas(self, keys: Iterable[str]) -> Labels:
        """Names of these areas."""
        return self._label(QUERIES["area_labels"], keys)

    def label_categories(self, indicators: Iterable[str]) -> Labels:
        """``breakdown-category`` → names, of the breakdowns of these indicators."""
        return self._label(QUERIES["category_labels"], indicators)

    @property
    def _accesses(self) -> list[str]:
        return list(accesses_seen(self.edition))

    def _label(self, question: str, keys: Iterable[str], **more: Any) -> Labels:
        answer = self.opened.ask(question, {"keys": sorted(keys), **more})
        return {record[answer.columns[0]]: record for record in answer.records()}

    def _page(self, question: str, asked: Listed, unused: Iterable[str] = (), **more: Any) -> Page:
        given = asked.model_dump(exclude=SAID | set(unused))
        answer = self.opened.ask(question, given | more)
        rows = answer.rows[: asked.limit]
        return Page(Answer(answer.columns, rows), len(answer.rows) > asked.limit)

    def _demand_known(self, asked: dict[Vocabulary, list[str]]) -> None:
        """Raise Refusal for words that the release does not have, or not for this edition: a
        misspelt one would be an answer of no rows."""
        problems = []
        for vocabulary, words in asked.items():
            known = self._seen(vocabulary.question) if words else set()
            rule = vocabulary.rule or f"there are: {', '.join(sorted(known)) or 'none'}"
            for word in words:
                if word not in known:
                    found = f"there is none in the edition «{self.edition}»"
                    problem = Problem(found, rule, "correct it")
                    problems.append(replace(problem, column=vocabulary.parameter, value=word))
        if problems:
            raise misunderstood(problems)

    def _demand_published(self, day: date, breakdowns: list[str]) -> None:
        """Raise Refusal where nothing is known of a day: no rows would say that nothing was so."""
        problems = []
        if breakdowns:
            rule = "what was published by a day is known of whole figures"
            problem = Problem("it cannot be asked together with as_of", rule, "leave one out")
            problems.append(replace(problem, column="breakdown"))
        [(first,)] = self.opened.ask(QUERIES["first_day"]).rows
        if first is None or day < first:
            rule = f"figures were first published on {first}" if first else "none are published yet"
            problem = Problem("nothing had been published by this day", rule, "ask a later day")
            problems.append(replace(problem, column="as_of", value=f"{day}"))
        if problems:
            raise misunderstood(problems)

    def _seen(self, question: str) -> set[str]:
        """The keys that a question finds, as far as the edition may see them."""
        accesses = set(self._accesses)
        keys = self.opened.list_keys(question)
        return {key for key, with_one_of in keys.items() if accesses & with_one_of}
