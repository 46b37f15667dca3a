"""From a question to its answer: the form, the release, what the caller has already, the body.

Here: the way that every answer goes, and what the bodies hold. Not here: addresses (``application``),
what is asked of the database (``questions``), how a form is written.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from fastapi import Request, Response

from kinhbac.interface import formats
from kinhbac.interface.filters import Asked, Listed, ValuesAsked
from kinhbac.interface.formats import CSV, JSON, OF_FIGURES, OF_TABLES, Format, choose_format
from kinhbac.interface.json_stat import Named, describe_cube
from kinhbac.interface.opened import Answer
from kinhbac.interface.questions import Inquirer, Page
from kinhbac.interface.responses import (
    has_already,
    head_of,
    link_pages,
    name_answer,
    respond,
    unchanged,
)
from kinhbac.interface.sdmx_csv import write_sdmx_csv
from kinhbac.interface.shelf import Shelf
from kinhbac.interface.tables import write_csv, write_json
from kinhbac.registry.declared.publication import Access


@dataclass(frozen=True)
class Question:
    """Somebody asks something, in a form, of what stands on a shelf."""

    shelf: Shelf
    request: Request
    edition: Access

    def answer_one(
        self, asked: Asked, subject: str, find: Callable[[Inquirer], dict[str, Any]]
    ) -> Response:
        """One record, as JSON under the name ``subject``."""

        def write(inquirer: Inquirer, form: Format) -> tuple[bytes, dict[str, str]]:
            return write_json({**_stamp(inquirer), subject: find(inquirer)}), {}

        return self._answer(asked, (JSON,), write)

    def answer_list(
        self, asked: Listed, subject: str, find: Callable[[Inquirer], Page]
    ) -> Response:
        """Rows, as JSON under the name ``subject`` or as CSV."""

        def write(inquirer: Inquirer, form: Format) -> tuple[bytes, dict[str, str]]:
            page = find(inquirer)
            links = link_pages(self.request, inquirer.opened, asked, page.more)
            return _write_table(form, subject, inquirer, page.answer, links), links

        return self._answer(asked, OF_TABLES, write)

    def answer_values(self, asked: ValuesAsked) -> Response:
        """Figures, in every form."""

        def write(inquirer: Inquirer, form: Format) -> tuple[bytes, dict[str, str]]:
            page = inquirer.values(asked)
            links = link_pages(self.request, inquirer.opened, asked, page.more)
            match form:
                case formats.SDMX_CSV:
                    content = _write_observations(inquirer, page.answer)
                case formats.JSON_STAT:
                    content = _write_cube(inquirer, page.answer, asked, links)
                case _:
                    content = _write_table(form, "values", inquirer, page.answer, links)
            return content, links

        return self._answer(asked, OF_FIGURES, write)

    def _answer(
        self,
        asked: Asked,
        offered: Sequence[Format],
        write: Callable[[Inquirer, Format], tuple[bytes, dict[str, str]]],
    ) -> Response:
        accept = ",".join(self.request.headers.getlist("accept"))
        form = choose_format(asked.format, accept, offered)
        with self.shelf.borrow(asked.snapshot) as opened:
            name = name_answer(opened, self.edition, self.request.url.path, form, asked)
            head = head_of(opened, self.edition, name)
            if has_already(self.request, name):
                return unchanged(head)
            content, links = write(Inquirer(opened, self.edition), form)
            return respond(content, form, head, links)


def _stamp(inquirer: Inquirer) -> dict[str, Any]:
    opened = inquirer.opened
    return {"release": opened.number, "as_of": opened.as_of, "edition": inquirer.edition}


def _write_table(
    form: Format, subject: str, inquirer: Inquirer, answer: Answer, links: dict[str, str]
) -> bytes:
    if form == CSV:
        return write_csv(answer)
    told = {**_stamp(inquirer), "next": links.get("next"), subject: list(answer.records())}
    return write_json(told)


def _write_observations(inquirer: Inquirer, answer: Answer) -> bytes:
    labels = inquirer.label_indicators(answer.keys("indicator"))
    return write_sdmx_csv(answer, inquirer.opened.dataflow, labels)


def _write_cube(
    inquirer: Inquirer, answer: Answer, asked: ValuesAsked, links: dict[str, str]
) -> bytes:
    keys = answer.keys("indicator")
    named = Named(
        indicators=inquirer.label_indicators(keys),
        areas=inquirer.label_areas(answer.keys("area")),
        categories=inquirer.label_categories(keys),
    )
    extension = {
        "release": inquirer.opened.number,
        "edition": inquirer.edition,
        "next": links.get("next"),
        "synthetic": True in answer.keys("synthetic"),
    }
    day = inquirer.opened.as_of
    return write_json(describe_cube(answer, named, asked.lang, day, extension))
