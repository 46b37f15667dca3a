"""Dagster's web server behind a door that other people's pages do not pass.

Here: what is asked of each request before Dagster sees it. Not here: how it is started (``serve``).
Dagster asks nobody who he is and answers a change also by GET; listening on loopback alone does not
help where a page in the operator's own browser sends the request, or where a name of somebody else
is made to lead to 127.0.0.1. So a request names this server as its host, comes from a page of this
server or from no page, and asks nothing in its address.
"""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urlsplit

from dagster._core.workspace.context import WorkspaceProcessContext, WorkspaceRequestContext
from dagster_webserver import app, cli
from dagster_webserver.webserver import DagsterWebserver
from starlette.datastructures import Headers
from starlette.middleware import Middleware
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send

OWN = {"127.0.0.1", "localhost", "::1"}
"""Names of this machine for itself."""
LOOKING = {"GET", "HEAD"}
QUESTIONS = "/graphql"


class Door:
    """Lets a request through to Dagster, or refuses it with a sentence and 403."""

    def __init__(self, application: ASGIApp) -> None:
        self.application = application

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        why = find_fault(scope) if scope["type"] in ("http", "websocket") else None
        if why is None:
            await self.application(scope, receive, send)
        elif scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1008, "reason": why})
        else:
            await PlainTextResponse(f"{why}\n", 403)(scope, receive, send)


def find_fault(scope: Scope) -> str | None:
    """Why a request of HTTP or of a web socket is not answered; None: it is."""
    headers = Headers(scope=scope)
    host, origin = headers.get("host", ""), headers.get("origin")
    if urlsplit(f"//{host}").hostname not in OWN:
        return "This server is asked under 127.0.0.1 alone. Others ask the proxy in front of it."
    if origin is not None and origin != f"http://{host}":
        return "A page of another server may ask nothing here."
    method = scope.get("method", "GET")
    if scope["path"].rstrip("/") == QUESTIONS and scope["type"] == "http":
        if method in LOOKING and scope["query_string"]:
            return "Questions are sent by POST: a GET changes nothing here."
        if method == "POST" and "application/json" not in headers.get("content-type", ""):
            return "Questions are sent as application/json."
    return None


class GuardedWebserver(DagsterWebserver[WorkspaceProcessContext, WorkspaceRequestContext]):
    """Dagster's own, behind the door."""

    def build_middleware(self) -> list[Middleware]:
        """The door stands before everything else."""
        return [Middleware(Door), *super().build_middleware()]


def main() -> None:
    """Dagster's own command, whose application is guarded."""
    vars(app).update(DagsterWebserver=GuardedWebserver)
    serve: Callable[[], object] = cli.main  # Dagster gives it no type
    serve()


if __name__ == "__main__":
    main()
