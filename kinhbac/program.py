"""The program, as far as it says which tables of a candidate it would compute otherwise.

Here: the code of each dbt model, all other code together, which models follow from what
changed between two states of it, and which read nothing that changed. Not here: which data changed
(``changes``).
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from functools import cache
from hashlib import sha256
from pathlib import PurePosixPath
from typing import Any, Self

from kinhbac.checks.dbt_project import parse_project
from kinhbac.data_folder import PROGRAM, hash_each
from kinhbac.release.origin import libraries


@dataclass(frozen=True)
class Program:
    """``models``: hash of the code of each dbt model, by name; ``rest``: of all other code, dbt's
    macros among it, and of the libraries, from which any table may follow."""

    rest: str
    models: dict[str, str]

    @classmethod
    def of_entry(cls, entry: dict[str, Any]) -> Self:
        """A state as ``as_entry`` wrote it; of one that it did not write nothing is known."""
        return cls(entry.get("rest", ""), entry.get("models", {}))

    def as_entry(self) -> dict[str, Any]:
        """What JSON can hold."""
        return asdict(self)


@cache
def installed_program() -> Program:
    """The program as it is installed now."""
    names = {model.name for model in parse_project().models}
    rest, models = [], {}
    for name, digest in hash_each(*PROGRAM).items():
        path = PurePosixPath(name)
        if path.suffix in (".sql", ".py") and "models" in path.parts and path.stem in names:
            models[path.stem] = digest
        else:
            rest.append(f"{name} {digest}")
    return Program(sha256("\n".join([*rest, *libraries()]).encode()).hexdigest(), models)


def find_rewritten(before: Program, now: Program) -> frozenset[str]:
    """The models whose code is not what it was, that came or went, and all that read them."""
    names = before.models.keys() | now.models.keys()
    rewritten = {name for name in names if before.models.get(name) != now.models.get(name)}
    reads = {model.name: model.reads for model in parse_project().models}
    while more := {name for name, read in reads.items() if rewritten & {*read}} - rewritten:
        rewritten |= more
    return frozenset(rewritten)


def find_unchanged(same: set[str]) -> frozenset[str]:
    """The models that need not be made again as long as their code is what it was: those that read
    nothing, themselves and by way of others, but tables that are the ``same`` as before, and views,
    which are read anew by whoever reads them."""
    models = {model.name: model for model in parse_project().models}
    unchanged = {name for name, model in models.items() if same.issuperset(model.laid_down)}
    while other := {one for one in unchanged if models.keys() & {*models[one].reads} - unchanged}:
        unchanged -= other
    return frozenset(unchanged | {name for name, model in models.items() if model.is_view})
