"""Kinds of commands and options that several families share.

Here: what every command can do: ``--json``, a refusal in a sentence, locking. Not here: a command,
help and its language (``spoken``).
"""

from __future__ import annotations

import errno
import json
import logging
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import click

from kinhbac.commands import installation
from kinhbac.commands.spoken import SpokenCommand, SpokenGroup, language
from kinhbac.problems import Refused

JSON = "kinhbac.json"


@dataclass(frozen=True)
class Told:
    """What a command has answered: ``facts`` for programs, and its exit code. What people read it
    has said already (``say``)."""

    facts: Mapping[str, Any] | Sequence[Any]
    exit_code: int = 0


def wants_json() -> bool:
    """Whether the caller of the command that runs is a program."""
    context = click.get_current_context(silent=True)
    return bool(context and context.meta.get(JSON))


def say(text: str = "", *, nl: bool = True) -> None:
    """Tell people a line; a program gets the facts at the end instead."""
    if not wants_json():
        click.echo(text, nl=nl)


def tell(text: str, *, err: bool = False) -> None:
    """Tell people sentences, line by line, in the language of the terminal; a program gets facts.

    What is told as ``err`` goes to standard error, also where a program asks.
    """
    from kinhbac.words.sentences import translate_refusal

    if err or not wants_json():
        click.echo(translate_refusal(text, language()), err=err)


class Command(SpokenCommand):
    """A command whose facts a program can have as JSON, and whose help ends with ``examples``."""

    tells_facts = True

    def __init__(self, *args: Any, examples: Sequence[str] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.examples = tuple(examples)
        if self.tells_facts:
            self.params.append(
                click.Option(
                    ["--json"],
                    is_flag=True,
                    expose_value=False,
                    is_eager=True,
                    callback=_note_json,
                    help="What it tells, as JSON (docs/commands.md).",
                )
            )

    def invoke(self, ctx: click.Context) -> Any:
        told = super().invoke(ctx)
        if isinstance(told, Told):
            if wants_json():
                click.echo(as_json(told.facts))
            if told.exit_code:
                sys.exit(told.exit_code)
        return told


def _note_json(ctx: click.Context, _: click.Parameter, asked: bool) -> bool:
    ctx.meta[JSON] = asked
    return asked


def as_json(facts: object) -> str:
    """Facts as JSON: days as YYYY-MM-DD, paths as texts, what is not known as null."""
    return json.dumps(facts, ensure_ascii=False, indent=1, default=str)


class Commands(SpokenGroup):
    """What a command is refused is one sentence, or several, and exit code 1; no traceback."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except Refused as refused:
            click.echo(refused.tell(language()), err=True)
            sys.exit(refused.exit_code)
        except OSError as error:
            if error.errno == errno.EPIPE:  # who read the answer has gone
                raise
            logging.getLogger("kinhbac").debug("%s", ctx.invoked_subcommand, exc_info=True)
            told = Refused(
                f"{error.filename or ctx.invoked_subcommand}: {error.strerror or error}. Rule: what "
                "a command reads and writes can be reached. Remedy: look at the path, its rights "
                "and the room on the disk"
            )
            click.echo(told.tell(language()), err=True)
        except Exception as error:
            if not _is_damage(error):
                raise
            told = Refused(
                f"{ctx.invoked_subcommand}: {f'{error}'.partition(chr(10))[0]}. Rule: what a command "
                "reads is as it was written. Remedy: «kinhbac check» and «kinhbac verify» name what is "
                "damaged (docs/operations.md)"
            )
            click.echo(told.tell(language()), err=True)
        sys.exit(1)


def _is_damage(error: Exception) -> bool:
    """Whether DuckDB, if it has been loaded at all, says that a file is not what it was."""
    duckdb = sys.modules.get("duckdb")
    return duckdb is not None and isinstance(
        error, (duckdb.IOException, duckdb.FatalException, duckdb.SerializationException)
    )


class Serving(Command):
    """A command that runs until it is told to end, and so has no facts to tell."""

    tells_facts = False


class Writing(Command):
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
    metavar="YYYY-MM-DD",
    help="Answer from the release that was in force on that day.",
)
