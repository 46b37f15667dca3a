"""What the command line says of itself, in the language of the terminal: help, usage, questions.

Here: kinds of commands and options whose texts stand once, in English where they are declared, and
are told in the language of their reader (``words.sentences``). Not here: what commands answer.
"""

from __future__ import annotations

import inspect
import os
from copy import copy
from typing import IO, Any

import click

from kinhbac.words.catalogue import Code, words_of

LANG = "kinhbac.lang"


def language() -> Code:
    """The language of people: ``--lang``, or what the terminal is set to; Vietnamese otherwise."""
    context = click.get_current_context(silent=True)
    asked = context.meta.get(LANG) if context else None
    if asked is None:
        asked = os.environ.get("LC_ALL") or os.environ.get("LC_MESSAGES") or os.environ.get("LANG")
    return "en" if (asked or "").lower().startswith("en") else "vi"


def spoken(text: str) -> str:
    """A sentence of the command line in the language of its reader, its breaks of lines taken for
    blanks."""
    from kinhbac.words.sentences import translate

    return translate(" ".join(text.split()), language())


class Option(click.Option):
    """An option that asks, where it is left out, in the language of whoever is asked."""

    def prompt_for_value(self, ctx: click.Context) -> Any:
        asking = copy(self)
        asking.prompt = spoken(self.prompt or "")
        return super(Option, asking).prompt_for_value(ctx)


class SpokenCommand(click.Command):
    """A command whose help, options and examples are told in the language of the terminal."""

    examples: tuple[str, ...] = ()

    def paragraphs(self) -> list[str]:
        """What its help says, paragraph by paragraph."""
        text = inspect.cleandoc(self.help or "")
        return [spoken(paragraph) for paragraph in text.split("\n\n") if paragraph]

    def get_short_help_str(self, limit: int = 45) -> str:
        """The first sentence of its help, as far as it fits."""
        said = " ".join(self.paragraphs()[:1]).partition(". ")[0].removesuffix(".")
        if len(said) <= limit:
            return said
        return said[: limit - 1].rpartition(" ")[0].rstrip(",;:") + "…"

    def format_usage(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        words = words_of(language()).command
        pieces = " ".join(self.collect_usage_pieces(ctx))
        pieces = pieces.replace("[OPTIONS]", words.options_piece)
        pieces = pieces.replace("COMMAND [ARGS]...", words.command_piece)
        prefix = f"{words.usage}: "
        formatter.write_usage(ctx.command_path, pieces, prefix)

    def format_help_text(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        for paragraph in self.paragraphs():
            formatter.write_paragraph()
            with formatter.indentation():
                formatter.write_text(paragraph)

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        records = [
            record
            for option in self.get_params(ctx)
            if isinstance(option, click.Option) and (record := _record(option, ctx))
        ]
        with formatter.section(words_of(language()).command.options):
            formatter.write_dl(records)

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        super().format_epilog(ctx, formatter)
        if self.examples:
            formatter.write_paragraph()
            formatter.write(f"{words_of(language()).command.examples}:\n")
            for example in self.examples:
                formatter.write(f"  {example}\n")


def _record(option: click.Option, ctx: click.Context) -> tuple[str, str] | None:
    """An option in the list of options; one that has no help is told by what it asks."""
    record = option.get_help_record(ctx)
    if record is None:
        return None
    words = words_of(language()).command
    extra = option.get_help_extra(ctx)
    more = [f"{words.default}: {extra['default']}"] if "default" in extra else []
    more += [extra["range"]] if "range" in extra else []
    more += [words.required] if "required" in extra else []
    told = spoken(option.help or str(option.prompt or ""))
    return record[0], "  ".join(filter(None, (told, f"[{'; '.join(more)}]" if more else "")))


class SpokenGroup(SpokenCommand, click.Group):
    """Commands under one name; a misspelt one is proposed."""

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        super().format_options(ctx, formatter)
        commands = [(name, self.commands[name]) for name in self.list_commands(ctx)]
        limit = formatter.width - 6 - max(len(name) for name, _ in commands)
        with formatter.section(words_of(language()).command.commands):
            formatter.write_dl([(name, one.get_short_help_str(limit)) for name, one in commands])

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        try:
            return super().resolve_command(ctx, args)
        except click.UsageError:
            from difflib import get_close_matches

            told = f"No such command '{args[0]}'."
            if near := get_close_matches(args[0], self.list_commands(ctx), 3):
                told += f" Did you mean {', '.join(near)}?"
            raise click.UsageError(told, ctx) from None

    def make_context(self, *args: Any, **kwargs: Any) -> click.Context:
        try:
            return super().make_context(*args, **kwargs)
        except click.UsageError as error:
            raise _misused(error) from None

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except click.UsageError as error:
            raise _misused(error) from None


def _misused(error: click.UsageError) -> click.UsageError:
    """The error in the language of its reader; one that is all help is so already."""
    is_told = isinstance(error, Misused | click.exceptions.NoArgsIsHelpError)
    return error if is_told else Misused(error)


class Misused(click.UsageError):
    """It was called wrongly: usage, what is wrong, where to read on; exit code 2."""

    def __init__(self, error: click.UsageError) -> None:
        super().__init__(error.format_message())
        self.ctx = error.ctx

    def show(self, file: IO[Any] | None = None) -> None:
        if self.ctx is None:
            self._tell(file)
        else:
            with self.ctx.scope(cleanup=False):  # its --lang counts
                self._tell(file)

    def _tell(self, file: IO[Any] | None) -> None:
        from kinhbac.words.sentences import translate

        words, to_errors = words_of(language()).command, file is None
        if self.ctx is not None:
            click.echo(self.ctx.get_usage(), file, err=to_errors)
            hint = words.hint.format(command=f"{self.ctx.command_path} --help")
            click.echo(f"{hint}\n", file, err=to_errors)
        said = translate(self.message, language())
        click.echo(f"{words.error}: {said}", file, err=to_errors)
