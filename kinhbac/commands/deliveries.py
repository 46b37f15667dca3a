"""What is to be delivered, and by which contract: ``template``, ``try``.

Here: arguments, printing, exit codes. Not here: work.
"""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

import click

from kinhbac.commands import installation
from kinhbac.commands.completion import SOURCE
from kinhbac.commands.kinds import Command, Told, say
from kinhbac.commands.spoken import language


@click.command(
    cls=Command,
    examples=(
        "kinhbac template health --period 2026-10",
        "kinhbac template health form.xlsx --rows 200",
    ),
)
@click.argument("source", type=SOURCE)
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False), required=False)
@click.option("--period", help="Such as 2026-10; the last one that has ended if left out.")
@click.option(
    "--rows",
    type=click.IntRange(1, 100_000),
    help="How many empty ones, where the rows cannot be known beforehand.",
)
def template(source: str, file: Path | None, period: str | None, rows: int | None) -> Told:
    """Write the form of SOURCE, a workbook: filled in, it is an extract like any other."""
    from kinhbac.forms.layout import OPEN_ROWS
    from kinhbac.forms.workbook import write_form

    registry = installation.read_registry()
    source = installation.source_called(source, registry)
    written = write_form(registry, source, period, installation.today(), file, rows or OPEN_ROWS)
    say(f"{written}")
    return Told({"source": source, "file": written})


@click.command(
    "try",
    cls=Command,
    examples=(
        "kinhbac try health bieu-01.xlsx",
        "kinhbac try health bieu-01.xlsx bieu-02.xlsx --period 2026-10",
    ),
)
@click.argument("source", type=SOURCE)
@click.argument(
    "files", metavar="FILE...", nargs=-1, required=True, type=click.Path(path_type=Path)
)
@click.option(
    "--period", help="Such as 2026-10; that of its folder, or the last one that has ended."
)
def try_(source: str, files: tuple[Path, ...], period: str | None) -> Told:
    """Say what the door would say of each FILE from SOURCE, word for word, and keep nothing."""
    from kinhbac.ingest.trial import describe, try_file

    registry, today = installation.read_registry(), installation.today()
    source, judged = installation.source_called(source, registry), []
    for file in files:
        extract, examined = try_file(registry, source, file, period, today)
        say(describe(extract, examined, language()))
        judged.append(
            {
                "file": file,
                "period": extract.period_label,
                "accepted": examined.typed is not None,
                "rows": examined.rows,
                "set_aside": examined.set_aside,
                "problems": [asdict(problem) for problem in examined.problems],
            }
        )
    accepted = all(one["accepted"] for one in judged)
    alone = judged[0] if len(judged) == 1 else {}
    facts = {"source": source, **alone, "accepted": accepted, "files": judged}
    return Told(facts, 0 if accepted else 1)


COMMANDS = (template, try_)
