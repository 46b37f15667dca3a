"""Kinds of commands and options that several families share.

Here: what every command can do: ``--json``, a language, examples, a refusal in a sentence. Not
here: a command.
"""

from __future__ import annotations

import errno
import json
import logging
import os
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import click

from kinhbac.commands import installation
from kinhbac.problems import Refused

JSON = "kinhbac.json"
LANG = "kinhbac.lang"


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


def language() -> Literal["vi", "en"]:
    """The language of people: ``--lang``, or what the terminal is set to; Vietnamese otherwise."""
    context = click.get_current_context(silent=True)
    asked = context.meta.get(LANG) if context else None
    if asked is None:
        asked = os.environ.get("LC_ALL") or os.environ.get("LC_MESSAGES") or os.environ.get("LANG")
    return "en" if (asked or "").lower().startswith("en") else "vi"


class Command(click.Command):
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

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        super().format_epilog(ctx, formatter)
        if self.examples:
            formatter.write_paragraph()
            formatter.write("Examples:\n")
            for example in self.examples:
                formatter.write(f"  {example}\n")


def _note_json(ctx: click.Context, _: click.Parameter, asked: bool) -> bool:
    ctx.meta[JSON] = asked
    return asked


def as_json(facts: object) -> str:
    """Facts as JSON: days as YYYY-MM-DD, paths as texts, what is not known as null."""
    return json.dumps(facts, ensure_ascii=False, indent=1, default=str)


class Commands(click.Group):
    """What a command is refused is one sentence, or several, and exit code 1; no traceback."""

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        try:
            return super().resolve_command(ctx, args)
        except click.UsageError as error:
            from difflib import get_close_matches

            if near := get_close_matches(args[0], self.list_commands(ctx), 3):
                told = f"{error.message.rstrip('.')}. Did you mean {' or '.join(near)}?"
                raise click.UsageError(told, ctx) from None
            raise

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
        sys.exit(1)


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
    help="Answer from the release that was in force on that day.",
)
