"""The interface of an installation elsewhere, asked over HTTP.

Here: pages, refusals. Not here: which questions there are (``warehouse``), the interface itself
(``kinhbac.interface``).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any
from urllib.parse import parse_qsl, quote

import requests
from requests.adapters import HTTPAdapter
from urllib3 import Retry

from kinhbac.answers.explanation import Explanation
from kinhbac.answers.names import find_period
from kinhbac.library.warehouse import Composite, Filters, Warehouse, composite_of
from kinhbac.problems import Refused

SECONDS = 30
"""How long an answer is waited for."""
ROWS = 10_000
"""Rows of a page: as many as the interface gives."""
RETRIES = Retry(
    total=3,
    connect=1,
    backoff_factor=0.5,
    status_forcelist=(429, 502, 503, 504),
    raise_on_status=False,
)
"""A release that comes into force, or a proxy that starts anew, passes within seconds; a question is
asked again, as it changes nothing."""


class RemoteRelease(Warehouse):
    """The release that an interface answers from. All pages of an answer are of one release; the next
    answer may be of a newer one, which ``release`` then names."""

    def __init__(self, address: str, token: str | None = None) -> None:
        self._address = address.rstrip("/")
        self._session = requests.Session()
        for scheme in ("http://", "https://"):
            self._session.mount(scheme, HTTPAdapter(max_retries=RETRIES))
        if token:
            self._session.headers["Authorization"] = f"Bearer {token}"
        self._session.headers["Accept"] = "application/json"
        self._stamp = self._get("/", [])

    @property
    def release(self) -> int:
        return int(self._stamp["release"]["release"])

    @property
    def as_of(self) -> date:
        return date.fromisoformat(self._stamp["release"]["as_of"])

    def close(self) -> None:
        self._session.close()

    def explain(self, indicator: str, area: str, period: str) -> Explanation:
        from kinhbac.interface.composites import read_explanation

        asked = [("area", self.area_key(area)), ("period", find_period(period).label)]
        key = quote(self.indicator_key(indicator), safe="")
        told = self._get(f"/indicators/{key}/explanation", asked)
        return read_explanation(told["explanation"])

    def composite(
        self, indicator: str, area: str | None = None, period: str | None = None
    ) -> Composite:
        asked = [("area", self.area_key(area))] if area else []
        asked += [("period", find_period(period).label)] if period else []
        key = self.indicator_key(indicator)
        told = self._get(f"/indicators/{quote(key, safe='')}/composite", asked)
        return composite_of(key, told["composite"])

    def _ask(self, subject: str, filters: Filters) -> Iterator[Mapping[str, Any]]:
        asked: list[tuple[str, str]] = [("limit", str(ROWS))]
        for name, told in filters.items():
            several = told if isinstance(told, list) else [told] if told else []
            asked += [(name, str(one)) for one in several]
        while True:
            page = self._get(f"/{subject}", asked)
            yield from page[subject]
            if not page.get("next"):
                return
            # What follows is a query alone: no answer sends the token to another address.
            asked = parse_qsl(page["next"].partition("?")[2])

    def _get(self, path: str, asked: list[tuple[str, str]]) -> dict[str, Any]:
        try:
            answer = self._session.get(
                f"{self._address}{path}", params=asked, timeout=SECONDS, allow_redirects=False
            )
            told = answer.json()
        except requests.RequestException as error:
            raise Refused(
                f"{self._address}: no answer ({type(error).__name__}). Rule: the address of an "
                "interface that runs (kinhbac serve). Remedy: look at the address and whether it runs."
            ) from error
        if not isinstance(told, dict) or answer.status_code != requests.codes.ok:
            raise Refused(f"{self._address}: {_tell(told, answer.status_code)}")
        return told


def _tell(told: object, status: int) -> str:
    """A problem (RFC 9457) in a sentence a problem."""
    if not isinstance(told, dict):
        return (
            f"answers with status {status} and no problem. Remedy: is it an interface of kinhbac?"
        )
    said = [str(told.get("detail") or f"status {status}")]
    for one in told.get("problems", ()):
        parts = (one.get(name, "") for name in ("parameter", "value", "found", "rule", "remedy"))
        said.append("{}: «{}» {}. Rule: {}. Remedy: {}.".format(*parts))
    return "\n".join(said)
