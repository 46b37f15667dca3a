"""dbt's project parsed in a process of its own, with every template of it compiled.

Here: what that process leaves beside dbt's parse, and taking it up where dbt runs. Not here: when a
parse is made, and which one holds (``dbt_project``). A model is a template, so is a macro, and dbt
compiles each anew in every one of its processes: 0.9 s of CPU of a night, for the same Python.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dbt_common.clients import jinja
from jinja2.bccache import Bucket

from kinhbac.checks.dbt_project import TEMPLATES
from kinhbac.loading import leave

if TYPE_CHECKING:
    from dbt.contracts.graph.manifest import Manifest

PARSED, FAILED = 0, 1


def main(target: Path) -> int:
    """Parse the project into the folder ``target``, as the environment says; what dbt says of an
    error goes where dbt says it."""
    from dbt.cli.main import dbtRunner
    from dbt.contracts.graph.manifest import Manifest

    project = dbtRunner().invoke(["--quiet", "parse"]).result
    if not isinstance(project, Manifest):
        return FAILED
    with (target / TEMPLATES).open("wb") as file:
        for bucket in _buckets(project):
            bucket.code = bucket.environment.compile(bucket.key)
            bucket.write_bytecode(file)
    return PARSED


def _buckets(project: Manifest) -> list[Bucket]:
    """One for every template of the project, of dbt and of its adapter, by its text, always in the
    same order; as jinja2 keeps bytecode, which it takes up only of the same text and Python."""
    texts = {macro.macro_sql for macro in project.macros.values()} | {
        node.raw_code for node in project.nodes.values() if node.language == "sql"
    }
    environment = jinja.get_environment()
    return [Bucket(environment, text, text) for text in sorted(texts)]


def take_up_templates(project: Manifest, folder: Path) -> None:
    """Let dbt find in this process what was compiled when ``project`` was parsed into ``folder``."""
    compiled = {}
    with (folder / TEMPLATES).open("rb") as file:
        for bucket in _buckets(project):
            bucket.load_bytecode(file)
            compiled[bucket.key] = bucket.code

    class Compiled(jinja.MacroFuzzEnvironment):
        def compile(self, source: Any, *given: Any, **named: Any) -> Any:
            """A text of the project as it was compiled; any other anew."""
            return compiled.get(source) or super().compile(source, *given, **named)

    vars(jinja)["MacroFuzzEnvironment"] = Compiled


if __name__ == "__main__":
    leave(main(Path(sys.argv[1])))
