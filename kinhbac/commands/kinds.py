"""Kinds of commands and options that several families share.

Here: classes and options of click. Not here: a command.
"""

from __future__ import annotations

import errno
import logging
import sys
from typing import Any

import click

from kinhbac.commands import installation
from kinhbac.problems import Refused


class Commands(click.Group):
    """What a command is refused is one sentence, or several, and exit code 1; no traceback."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except Refused as refused:
            click.echo(str(refused), err=True)
            sys.exit(refused.exit_code)
        except OSError as error:
            if error.errno == errno.EPIPE:  # who read the answer has gone
                raise
            logging.getLogger("kinhbac").debug("%s", ctx.invoked_subcommand, exc_info=True)
            click.echo(
                f"{error.filename or ctx.invoked_subcommand}: {error.strerror or error}. Rule: what "
                "a command reads and writes can be reached. Remedy: look at the path, its rights "
                "and the room on the disk",
                err=True,
            )
        sys.exit(1)


class Writing(click.Command):
    """A command that writes, while nobody else does; one that only shows what it would do waits
    for nobody."""

    def invoke(self, ctx: click.Context) -> Any:
        from kinhbac.upkeep.lock import hold

        if ctx.params.get("dry_run"):
            return super().invoke(ctx)
        with hold(installation.data_folder(), f"kinhbac {ctx.info_name}"):
            return super().invoke(ctx)


AS_OF = click.option(
    "--as-of",
    type=click.DateTime(["%Y-%m-%d"]),
    help="Answer from the release that was in force on that day.",
)
