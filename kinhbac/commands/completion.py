"""What a shell proposes while a command is typed: keys of the release in force.

Here: kinds of arguments. Not here: how a shell asks (click), who is meant by a name
(``answers.names``). Completing never fails: without a release nothing is proposed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from kinhbac.commands import installation

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

MOST = 200
"""Keys that are proposed; more than a terminal shows."""


class Key(click.ParamType[str]):
    """A key of a table, which the shell completes by its beginning or by its name."""

    def __init__(self, name: str, question: str) -> None:
        """``question``: SQL for rows of a key and a name."""
        self.name, self.question = name, question

    def shell_complete(
        self, ctx: click.Context, param: click.Parameter, incomplete: str
    ) -> list[CompletionItem]:
        """Those that begin so, or, where none does, those whose name holds it."""
        from click.shell_completion import CompletionItem

        from kinhbac.spelling import without_marks

        typed = without_marks(incomplete)
        rows = self._read()
        found = [row for row in rows if row[0].lower().startswith(typed)]
        found = found or [row for row in rows if typed in without_marks(row[1])]
        return [CompletionItem(key, help=name) for key, name in found[:MOST]]

    def _read(self) -> list[tuple[str, str]]:
        try:
            from kinhbac.database import read_warehouse

            release = installation.in_force()
            if release is None:
                return []
            with read_warehouse(installation.warehouse(release)) as connection:
                return connection.execute(self.question).fetchall()
        except Exception:  # whoever types has asked for nothing yet, and is told nothing
            return []


INDICATOR = Key("indicator", "select indicator, name_vi from indicators where published order by 1")
AREA = Key("area", "select area, name_vi from areas where valid_to is null order by 1")
AGENCY = Key("agency", "select agency, name_vi from agencies order by 1")
SOURCE = Key("source", "select source, name_vi from sources order by 1")
