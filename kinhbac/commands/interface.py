"""The interface over HTTP: ``serve`` and who may ask more, ``token``.

Here: arguments, printing, exit codes. Not here: work.
"""

from __future__ import annotations

import click

from kinhbac.commands import installation


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", default=8024, show_default=True, type=click.IntRange(1, 65535))
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
    click.echo(f"{who} on http://{host}:{port}/ (openapi.json says what can be asked).")
    if not is_loopback(host):
        click.echo("Tokens travel there in the clear: put a server with TLS in front.", err=True)
    serve_releases(installation.data_folder(), host, port)


@click.group()
def token() -> None:
    """Who may ask the interface for more than what is open."""


@token.command("add")
@click.argument("name")
@click.option("--edition", default="internal", show_default=True, help="shared or internal")
def add_token(name: str, edition: str) -> None:
    """Give NAME a token, and print it: nobody can read it again."""
    from kinhbac.interface.tokens import add_token as give

    click.echo(give(installation.data_folder().tokens, name, edition, installation.today()))


@token.command("list")
def list_tokens() -> None:
    """Who has a token, for which edition, since when."""
    from kinhbac.interface.tokens import read_tokens

    for name, entry in read_tokens(installation.data_folder().tokens).items():
        click.echo(f"{name}: {entry.edition}, since {entry.added_on:%d/%m/%Y}")


@token.command("remove")
@click.argument("name")
def remove_token(name: str) -> None:
    """Withdraw the token of NAME; it lets nobody in from then on."""
    from kinhbac.interface.tokens import remove_token as withdraw

    withdraw(installation.data_folder().tokens, name)


COMMANDS = (serve, token)
