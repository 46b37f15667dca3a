"""Why nothing was published, and who must act.

Here: the words of a refusal. Not here: the decision (``publication``), the checks
(``checks``).
"""

from __future__ import annotations

import re
from datetime import date

from kinhbac.checks.acceptance import Verdict
from kinhbac.checks.dbt_run import NOT_ASKED
from kinhbac.checks.proof import Breach
from kinhbac.problems import SHOWN
from kinhbac.registry import Registry


def describe_refusal(verdict: Verdict, registry: Registry, in_force: int | None) -> str:
    """Why nothing is published, and who must act."""
    failed = [result for result in verdict.blocking if result.found != NOT_ASKED]
    lines = [f"Nothing was published: {len(failed)} blocking check(s) failed."]
    lines += [f"  {result.table}, {result.check}: {result.found}" for result in failed[:SHOWN]]
    if skipped := len(verdict.blocking) - len(failed):
        lines.append(f"  {skipped} more could not be asked because of these")
    found = " ".join(result.found for result in failed)
    return "\n".join([*lines, *_who_must_act(found, registry, in_force)])


def describe_breaches(breaches: list[Breach], registry: Registry, in_force: int | None) -> str:
    """Why the tables that would have been published do not prove the rule."""
    lines = [f"Nothing was published: the tables break the rule in {len(breaches)} way(s)."]
    lines += [f"  {breach}" for breach in breaches]
    found = " ".join(str(breach) for breach in breaches)
    return "\n".join([*lines, *_who_must_act(found, registry, in_force)])


def _who_must_act(found: str, registry: Registry, in_force: int | None) -> list[str]:
    lines = []
    for source, contract in registry.sources.items():
        if re.search(rf"\b{source}\b", found):
            owner = registry.answers_for(source, date.today())
            agency = registry.agencies[owner].name.vi
            lines.append(f"Must act: {owner}, {agency}, owner of «{contract.name.vi}» ({source})")
    stands = f"release {in_force} stays in force" if in_force else "there is no release yet"
    return [
        *lines,
        f"Remedy: correct what is named above and deliver again; meanwhile {stands}.",
    ]
