"""Where each definition stands in the six-step process.

Here: the step that an indicator has reached, from its round's sign-offs, what it fills
in and which checks are green; and what it lacks for the next one. Not here: the steps
themselves (``process.yml``), the wording of findings elsewhere.

Nobody writes a step down. An indicator stands at the last step whose conditions, and
those of all steps before it, are met today; so a changed formula, source or unit
sends it back by itself; a new owner signs within a term. A few lines past 200 because a standing is
one climb.
"""

from __future__ import annotations

from collections.abc import Set
from dataclasses import dataclass
from datetime import date, timedelta

from kinhbac.registry.declared.process import OWNER, Step
from kinhbac.registry.definitions.acts import Signature, Stood, find_signatures, is_younger
from kinhbac.registry.definitions.fingerprints import (
    fingerprint_definition,
    is_what_was_signed,
)
from kinhbac.registry.definitions.formulas import terms_of
from kinhbac.registry.definitions.meaning import Duplicate, find_duplicates
from kinhbac.registry.model import Registry

UNLISTED = "proposed"
"""Before the first step: somebody wrote it down, nobody has signed anything."""


@dataclass(frozen=True)
class Standing:
    """The step of one indicator; ``lacking`` says what keeps it from the next one.

    ``agreed``: its definition is signed by somebody; ``sent_back``: it was signed for
    publication and has changed since; ``waits``: it is as it was signed for publication, and
    what it is computed from is not. ``awaits``: the new owner of its source, who is asked to sign
    until ``awaits_until`` what the former one signed; until then that counts.
    """

    indicator: str
    step: str
    agreed: bool
    published: bool
    sent_back: bool
    next_step: str | None
    lacking: tuple[str, ...]
    waits: bool = False
    awaits: str | None = None
    awaits_until: date | None = None

    def __str__(self) -> str:
        state = "is sent back" if self.sent_back else "waits" if self.waits else "is not published"
        if self.published and self.awaits:
            asked = f"{self.awaits}, its new owner, signs until {self.awaits_until}"
            return f"{self.indicator} is published ({self.step}); {asked}"
        if self.published:
            return f"{self.indicator} is published ({self.step})"
        if self.next_step is None:
            return f"{self.indicator} {state} ({self.step})"
        return f"{self.indicator} {state} ({self.step}); for {self.next_step}: " + "; ".join(
            self.lacking
        )


def find_standings(
    registry: Registry, as_of: date, delivered: Set[str] | None = None, stood: Stood | None = None
) -> dict[str, Standing]:
    """The standing of every indicator on ``as_of``.

    ``delivered`` names the sources with an extract in force; without it the check
    «delivered» is not asked. ``stood`` says since when definitions stand in releases.
    """
    return _Standings(registry, as_of, delivered, stood or {}).find()


class _Standings:
    def __init__(
        self, registry: Registry, as_of: date, delivered: Set[str] | None, stood: Stood
    ) -> None:
        self.registry, self.as_of, self.delivered, self.stood = registry, as_of, delivered, stood
        self.found: dict[str, Standing] = {}
        self.duplicates: dict[str, Duplicate] = {d.indicator: d for d in find_duplicates(registry)}

    def find(self) -> dict[str, Standing]:
        for key in self.registry.indicators:
            self._find(key)
        return {key: self.found[key] for key in self.registry.indicators}

    def _find(self, key: str) -> Standing:
        if key not in self.found:
            self.found[key] = self._climb(key)
        return self.found[key]

    def _climb(self, key: str) -> Standing:
        steps = self.registry.process.steps
        acts = self._acts(key)
        for name, step in steps.items():
            if step.ends and name in acts:
                return Standing(key, name, True, step.published, False, None, ())
        awaits, until = self._awaited(key, acts)
        lacking: list[str] = []
        reached, agreed, published, next_step = UNLISTED, False, False, None
        for name, step in steps.items():
            if step.ends:
                break
            lacking = self._lacking(key, name, step)
            if lacking:
                next_step = name
                break
            reached, agreed, published = name, agreed or step.binds_definition, step.published
        was_published = any(
            steps[name].published
            for name, act in acts.items()
            if name in steps and not is_younger(self.stood, key, act)
        )
        changed = self._changed(key)
        return Standing(
            key,
            reached,
            agreed,
            published,
            was_published and changed and not published,
            next_step,
            tuple(lacking),
            was_published and not changed and not published,
            awaits if published else None,
            until if published else None,
        )

    def _acts(self, key: str) -> dict[str, Signature]:
        """By step, the newest act of the indicator's round that signs it by today."""
        return {found.step: found for found in find_signatures(self.registry, key, self.as_of)}

    def _awaited(self, key: str, acts: dict[str, Signature]) -> tuple[str | None, date | None]:
        """The new owner who is to sign for a step what the former one signed, and until when."""
        source = self.registry.indicator_source[key]
        owner = self.registry.owner_of(source, self.as_of)
        for name, step in self.registry.process.steps.items():
            if OWNER in step.signed_by and name in acts and owner not in (acts[name].agency, None):
                owners = self.registry.sources[source].owner
                since = max(o.from_ for o in owners if o.from_ <= self.as_of)
                return owner, since + timedelta(step.countersigned_within or 0)
        return None, None

    def _changed(self, key: str) -> bool:
        signed = self.registry.indicators[key].signed
        if signed is None or signed.definition is None:
            return False
        return not is_what_was_signed(self.registry, key, signed.definition)

    def _lacking(self, key: str, name: str, step: Step) -> list[str]:
        indicator = self.registry.indicators[key]
        found = [
            f"«{attribute}» is not filled in"
            for attribute in step.requires
            if attribute != "owner" and not getattr(indicator, attribute)
        ]
        acts = self._acts(key)
        owner, until = self._awaited(key, acts)
        if step.signed_by and name not in acts:
            found.append(f"{' or '.join(step.signed_by)} has not signed")
        elif OWNER in step.signed_by and until and until < self.as_of:
            found.append(f"{owner}, its owner now, has not signed it by {until}")
        elif step.binds_definition and name in acts and is_younger(self.stood, key, acts[name]):
            found.append(
                f"{acts[name].agency} signed on {acts[name].act.date}, and the definition stands "
                f"since {self.stood[key]}: it was not what was signed (kinhbac sign)"
            )
        elif step.binds_definition:
            signed = indicator.signed
            if signed is None or signed.definition is None:
                found.append("the sign-off names no definition (kinhbac sign)")
            elif self._changed(key):
                found.append(
                    "formula, method, source or unit has changed since it was signed "
                    f"({signed.definition} → {fingerprint_definition(self.registry, key)})"
                )
        for check in step.checks:
            found += self._failed(key, check)
        return found

    def _failed(self, key: str, check: str) -> list[str]:
        operands = {term.operand for term in terms_of(key, self.registry.indicators[key])}
        match check:
            case "operands_published":
                waiting = sorted(
                    operand
                    for operand in operands
                    if operand in self.registry.indicators and not self._find(operand).published
                )
                return [f"its operand «{operand}» is not published" for operand in waiting]
            case "unique_meaning":
                twin = self.duplicates.get(key)
                return [f"it is «{twin.other}» again ({twin.relation})"] if twin else []
            case _:
                if self.delivered is None:
                    return []
                sources = {
                    self.registry.element_source[operand]
                    for operand in operands
                    if operand in self.registry.element_source
                }
                missing = sorted(sources - self.delivered)
                return [f"«{source}» has delivered nothing yet" for source in missing]
