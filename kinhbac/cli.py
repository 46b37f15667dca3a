"""``kinhbac …``: a thin face over the same functions that Dagster runs.

Here: the group of all commands, and its life as a process. Not here: a command (``commands``).
"""

from __future__ import annotations

import logging
import sys
import warnings
from collections.abc import Sequence
from typing import NoReturn

import click

from kinhbac.commands import (
    answers,
    deliveries,
    drafting,
    exchange,
    figures,
    interface,
    nights,
    registry,
    releases,
    upkeep,
)
from kinhbac.commands.kinds import Commands
from kinhbac.commands.progress import Spoken
from kinhbac.commands.spoken import LANG
from kinhbac.loading import leave
from kinhbac.rights import keep_private


@click.group(cls=Commands)
@click.option(
    "--lang",
    type=click.Choice(["vi", "en"]),
    is_eager=True,  # the help that follows is told in it
    expose_value=False,
    callback=lambda context, _, code: context.meta.update({LANG: code}),
    help="Language of all that people read; that of the terminal (LANG) if left out.",
)
def main() -> None:
    """The indicator warehouse of a province."""
    if not sys.warnoptions:  # libraries say this to whoever writes code upon them
        warnings.simplefilter("ignore", FutureWarning)
    # Dagster reports each step to its own log; here a person reads one line a source.
    logging.getLogger("dagster").addHandler(logging.NullHandler())
    logging.getLogger("dagster").propagate = False
    progress = logging.getLogger("kinhbac")
    progress.setLevel(logging.INFO)
    progress.propagate = False
    handler = logging.StreamHandler()
    handler.setFormatter(Spoken())
    progress.addHandler(handler)


FAMILIES = (
    nights,
    registry,
    deliveries,
    drafting,
    answers,
    figures,
    exchange,
    interface,
    releases,
    upkeep,
)
for family in FAMILIES:
    for command in family.COMMANDS:
        main.add_command(command)


def run(arguments: Sequence[str] | None = None) -> NoReturn:
    """The command line as a process, which is over as soon as it has answered."""
    code: str | int | None = 0
    keep_private()
    try:
        main(arguments)
    except SystemExit as ended:
        code = ended.code
    leave(code if isinstance(code, int) else 0 if code is None else 1)


if __name__ == "__main__":
    run()
