"""``kinhbac …``: a thin face over the same functions that Dagster runs.

Here: arguments, exit codes, printing. Not here: work.
"""

from __future__ import annotations

import json
import logging
import sys
from pathlib import Path

import click

from orchestration.problems import ProblemsFound
from orchestration.registry import Registry, load_registry
from orchestration.warehouse import SOURCES, data_folder


@click.group()
def main() -> None:
    """The indicator warehouse of a province."""
    # Dagster reports each step to its own log; here a person reads one line a source.
    logging.getLogger("dagster").addHandler(logging.NullHandler())
    logging.getLogger("dagster").propagate = False
    progress = logging.getLogger("kinhbac")
    progress.setLevel(logging.INFO)
    progress.propagate = False
    progress.addHandler(logging.StreamHandler())


def _registry() -> Registry:
    try:
        return load_registry(SOURCES)
    except ProblemsFound as problems:
        click.echo(
            f"{problems}\nNothing was published: the registry breaks its own rules.", err=True
        )
        sys.exit(1)


@main.command()
def refresh() -> None:
    """Run the nightly job once; exit code 1 if publication is refused."""
    from orchestration.refresh import describe, refresh
    from orchestration.transformation import TransformationFailed

    try:
        outcome = refresh(_registry(), data_folder())
    except TransformationFailed as failure:
        click.echo(str(failure), err=True)
        sys.exit(1)
    click.echo(describe(outcome))
    sys.exit(0 if outcome.succeeded else 1)


@main.command()
def prepare() -> None:
    """Parse the dbt project and lay down Dagster's settings."""
    from orchestration.refresh import prepare

    prepare(_registry(), data_folder())


@main.command()
def check() -> None:
    """Prove the registry; all problems at once, with file and line."""
    registry = _registry()
    click.echo(
        f"{len(registry.sources)} sources, {len(registry.indicators)} indicators: no problem"
    )


@main.command()
@click.argument("folder", type=click.Path(path_type=Path), default=SOURCES / "schema")
def schema(folder: Path) -> None:
    """Write the JSON Schemas from which editors complete."""
    from orchestration.registry.json_schemas import json_schemas

    folder.mkdir(parents=True, exist_ok=True)
    for name, content in json_schemas().items():
        text = json.dumps(content, ensure_ascii=False, indent=2) + "\n"
        (folder / name).write_text(text, encoding="utf-8")
        click.echo(folder / name)


@main.command()
@click.argument(
    "file", type=click.Path(path_type=Path), default=SOURCES.parent / "docs" / "data-dictionary.md"
)
def dictionary(file: Path) -> None:
    """Write the data dictionary from the descriptions of the published tables."""
    from orchestration.dictionary import data_dictionary

    file.write_text(data_dictionary(), encoding="utf-8")
    click.echo(file)


if __name__ == "__main__":
    main()
