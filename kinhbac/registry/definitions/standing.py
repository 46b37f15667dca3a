"""Where each definition stands in the six-step process.

Here: the step that an indicator has reached, from its round's sign-offs, what it fills
in and which checks are green; and what it lacks for the next one. Not here: the steps
themselves (``process.yml``), the wording of findings elsewhere.

Nobody writes a step down. An indicator stands at the last step whose conditions, and
those of all steps before it, are met today; so a changed formula, source, unit or owner
sends it back by itself.
"""

from __future__ import annotations

from collections.abc import Set
from dataclasses import dataclass
from datetime import date

from kinhbac.registry.declared.process import Step
from kinhbac.registry.definitions.fingerprints import fingerprint_definition
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
    what it is computed from is not.
    """

    indicator: str
    step: str
    agreed: bool
    published: bool
    sent_back: bool
    next_step: str | None
    lacking: tuple[str, ...]
    waits: bool = False

    def __str__(self) -> str:
        state = "is sent back" if self.sent_back else "waits" if self.waits else "is not published"
        if self.published:
            return f"{self.indicator} is published ({self.step})"
        if self.next_step is None:
            return f"{self.indicator} {state} ({self.step})"
        return f"{self.indicator} {state} ({self.step}); for {self.next_step}: " + "; ".join(
            self.lacking
        )


def find_standings(
    registry: Registry, as_of: date, delivered: Set[str] | None = None
) -> dict[str, Standing]:
    """The standing of every indicator on ``as_of``.

    ``delivered`` names the sources with an extract in force; without it the check
    «delivered» is not asked.
    """
    return _Standings(registry, as_of, delivered).find()


class _Standings:
    def __init__(self, registry: Registry, as_of: date, delivered: Set[str] | None) -> None:
        self.registry, self.as_of, self.delivered = registry, as_of, delivered
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
        was_published = any(steps[name].published for name in acts if name in steps)
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
        )

    def _acts(self, key: str) -> set[str]:
        """The steps for which the indicator's round has a sign-off by today."""
        signed = self.registry.indicators[key].signed
        if signed is None or signed.round not in self.registry.rounds:
            return set()
        acts = self.registry.rounds[signed.round].acts
        return {step for step, act in acts.items() if act.date <= self.as_of}

    def _changed(self, key: str) -> bool:
        signed = self.registry.indicators[key].signed
        if signed is None or signed.definition is None:
            return False
        return signed.definition != fingerprint_definition(self.registry, key)

    def _lacking(self, key: str, name: str, step: Step) -> list[str]:
        indicator = self.registry.indicators[key]
        found = [
            f"«{attribute}» is not filled in"
            for attribute in step.requires
            if attribute != "owner" and not getattr(indicator, attribute)
        ]
        if step.signed_by and name not in self._acts(key):
            found.append(f"{' or '.join(step.signed_by)} has not signed")
        elif step.binds_definition:
            signed = indicator.signed
            if signed is None or signed.definition is None:
                found.append("the sign-off names no definition (kinhbac sign)")
            elif self._changed(key):
                found.append(
                    "formula, method, source, unit or owner has changed since it was signed "
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
