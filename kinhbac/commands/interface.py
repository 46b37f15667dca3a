"""The interface over HTTP: ``serve`` and who may ask more, ``token``.

Here: arguments, printing, exit codes. Not here: work.
"""

from __future__ import annotations

import click

from kinhbac.commands import installation
from kinhbac.commands.kinds import Command, Serving, Told, say, tell
from kinhbac.commands.spoken import SpokenGroup


@click.command(cls=Serving, examples=("kinhbac serve", "kinhbac serve --host 0.0.0.0 --port 8080"))
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option(
    "--port",
    default=8024,
    show_default=True,
    type=click.IntRange(1, 65535),
    help="Port to listen on.",
)
def serve(host: str, port: int) -> None:
    """Answer questions about the release in force over HTTP, read-only, until told to end."""
    from kinhbac.interface.server import is_loopback
    from kinhbac.interface.server import serve as serve_releases

    release = installation.in_force()
    who = (
        f"Release {release.number} answers"
        if release
        else "There is no release yet; it will answer"
    )
    tell(f"{who} on http://{host}:{port}/ (openapi.json says what can be asked).")
    if not is_loopback(host):
        tell("Tokens travel there in the clear: put a server with TLS in front.", err=True)
    serve_releases(installation.data_folder(), host, port)


@click.group(cls=SpokenGroup)
def token() -> None:
    """Who may ask the interface for more than what is open."""


@token.command(
    "add",
    cls=Command,
    examples=("kinhbac token add planning", "kinhbac token add clinics --agency SYT"),
)
@click.argument("name")
@click.option("--edition", default="internal", show_default=True, help="shared or internal")
@click.option(
    "--agency", help="The agency for which its holder delivers; then it shows no edition."
)
def add_token(name: str, edition: str, agency: str | None) -> Told:
    """Give NAME a token, and print it: nobody can read it again."""
    from kinhbac.interface.tokens import add_token as give

    if agency is not None and agency not in installation.read_registry().agencies:
        raise click.BadParameter(f"agencies.yml has no {agency}", param_hint="--agency")
    tokens = installation.data_folder().tokens
    given = give(tokens, name, edition, installation.today(), agency)
    say(given)
    return Told({"name": name, "edition": edition, "agency": agency, "token": given})


@token.command("list", cls=Command, examples=("kinhbac token list", "kinhbac token list --json"))
def list_tokens() -> Told:
    """Who has a token, for which edition, since when."""
    from kinhbac.commands.tables import Column, headed, records, write_table
    from kinhbac.interface.tokens import read_tokens

    entries = read_tokens(installation.data_folder().tokens)
    columns: tuple[Column, ...] = ("name", "edition", "agency", "added_on")
    rows = [(name, one.edition, one.agency, one.added_on) for name, one in entries.items()]
    if rows:
        say(write_table(headed(columns), rows))
    return Told({"tokens": records(columns, rows)})


@token.command(
    "remove",
    cls=Command,
    examples=("kinhbac token remove planning", "kinhbac token remove press --json"),
)
@click.argument("name")
def remove_token(name: str) -> Told:
    """Withdraw the token of NAME; it lets nobody in from then on."""
    from kinhbac.interface.tokens import remove_token as withdraw

    withdraw(installation.data_folder().tokens, name)
    return Told({"name": name})


COMMANDS = (serve, token)
