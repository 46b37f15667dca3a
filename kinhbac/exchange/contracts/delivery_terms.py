"""Who owns and how it is delivered, from somebody's contract.

Here: the head of a draft: key, name, sector, owner, terms of delivery, every guess noted. Not here:
columns (``reading``, ``guesses``), the draft as a whole (``draft``).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from kinhbac.exchange.contracts.guesses import slug
from kinhbac.exchange.contracts.terms import read_customs, read_mapping, read_terms
from kinhbac.periods import Period, PeriodKind
from kinhbac.yaml_document import Loc

NOBODY = "TO_BE_CONFIRMED"
"""An agency that no list has, so that ``kinhbac check`` asks for the right one."""
AGENCY = re.compile(r"[A-Z][A-Z0-9_]{0,19}")
FORMATS = ("csv", "xlsx", "xls", "json", "jsonl", "parquet")
AS_SAID = ("published_by", "access", "licence", "mandate", "report")
LATEST = 400
"""Days after which a contract may call a delivery late."""


@dataclass
class Terms:
    """What is said so far; ``guessed``: places of which the contract says nothing; ``notes``: what
    is told beside a place."""

    said: dict[str, Any] = field(default_factory=dict)
    guessed: set[Loc] = field(default_factory=set)
    notes: dict[Loc, str] = field(default_factory=dict)

    def put(self, name: str, value: Any, *, guessed: bool) -> None:
        """Say ``name``, as the contract has it or as a guess."""
        self.said[name] = value
        if guessed:
            self.guessed.add((name,))


def read_head(contract: Any, chosen: Any, today: date, terms: Terms) -> None:
    """Key, name, sector, owners and whether figures are real, for ``chosen``, one object."""
    customs = read_customs(contract.customProperties)
    ours = "layout" in customs
    terms.put("source", slug((contract.id if ours else chosen.name) or ""), guessed=not ours)
    name = " ".join((contract.name or chosen.businessName or chosen.name).split())
    terms.put("name", {"vi": name, "en": customs.get("name_en", name)}, guessed=False)
    if "name_en" not in customs:
        terms.guessed |= {("name", "vi"), ("name", "en")}
    sector = slug(contract.domain or "")
    terms.put("sector", sector, guessed=not ours)
    terms.put("owner", [*_owners(contract, today, terms.guessed)], guessed=False)
    terms.put("synthetic", customs.get("synthetic", False), guessed="synthetic" not in customs)
    for said in AS_SAID:
        if said in customs:
            terms.put(said, customs[said], guessed=False)
    if not terms.said["synthetic"] and "published_by" not in terms.said:
        terms.put("published_by", " ".join((contract.id or name).split()), guessed=True)


def read_delivery(contract: Any, terms: Terms) -> None:
    """Format, frequency and deadline, and what we ourselves wrote of the files' form."""
    levels = {level.property: level for level in contract.slaProperties or ()}
    said = dict(_form(contract, terms.guessed))
    kind = _frequency(levels.get("frequency"))
    said["frequency"] = kind or "month"
    if kind is None:
        terms.guessed.add(("delivery", "frequency"))
    if first := _first_period(levels.get("generalAvailability"), PeriodKind(said["frequency"])):
        said["expected_from"] = first
    days = _days(levels.get("latency"))
    customs = read_customs(contract.customProperties)
    if days is not None or "layout" not in customs:
        said["due_days"] = days or 0
    if days is None and "due_days" in said:
        terms.guessed.add(("delivery", "due_days"))
    share = getattr(levels.get("errorRate"), "value", None)
    if isinstance(share, int | float) and 0 < share < 50:
        said["set_aside"] = round(share / 100, 8)
    terms.said["delivery"] = said | read_mapping(customs.get("delivery"))


def _owners(contract: Any, today: date, guessed: set[Loc]) -> Iterator[dict[str, Any]]:
    members = getattr(contract.team, "members", contract.team) or ()
    owners = [one for one in members if "owner" in (one.role or "").lower()]
    for place, owner in enumerate(owners):
        known = AGENCY.fullmatch(owner.username or "")
        first, last = _day(owner.dateIn), _day(owner.dateOut)
        if not known:
            guessed.add(("owner", place, "agency"))
        if first is None:
            guessed.add(("owner", place, "from"))
        until = {"to": last} if last else {}
        yield {"agency": owner.username if known else NOBODY, "from": first or today, **until}
    if not owners:
        guessed |= {("owner", 0, "agency"), ("owner", 0, "from")}
        yield {"agency": NOBODY, "from": today}


def _day(text: str | None) -> date | None:
    try:
        return date.fromisoformat((text or "")[:10])
    except ValueError:
        return None


def _form(contract: Any, guessed: set[Loc]) -> Iterator[tuple[str, Any]]:
    server = next((one for one in contract.servers or () if one.format), None)
    written = server.format.lower() if server else ""
    form = read_terms()["formats"].get(written, written)
    if form not in FORMATS:
        guessed.add(("delivery", "format"))
    yield "format", form if form in FORMATS else "csv"
    if server and server.delimiter and len(server.delimiter) == 1:
        yield "delimiter", server.delimiter


def _unit(level: Any) -> str | None:
    written = getattr(level, "unit", None)
    found: str | None = read_terms()["units"].get(written, written)
    return found


def _frequency(level: Any) -> str | None:
    written = {"value": getattr(level, "value", None), "unit": _unit(level)}
    kinds: dict[str, Any] = read_terms()["frequencies"]
    return next((kind for kind, said in kinds.items() if said == written), None)


def _days(level: Any) -> int | None:
    """Days until a delivery is late, where the contract says it in days."""
    value = getattr(level, "value", None)
    fits = isinstance(value, int) and _unit(level) == "day" and 0 <= value <= LATEST
    return value if fits else None


def _first_period(level: Any, kind: PeriodKind) -> str | None:
    """The first period that is owed: as the contract names it, or the one of the day on which
    delivery begins."""
    text = str(getattr(level, "value", None) or "")
    if day := _day(text):
        return Period.containing(day, kind).label
    try:
        return text if Period.parse(text).kind is kind else None
    except ValueError:
        return None
