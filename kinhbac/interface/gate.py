"""What happens to every request before and after it is answered.

Here: HEAD as GET without a body, addresses that are too long, what no browser may guess. Not here:
answers. It speaks ASGI, so that a refusal before the routes costs nothing.
"""

from __future__ import annotations

from http import HTTPStatus

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from kinhbac.interface import bounds
from kinhbac.interface.refusals import Refusal, respond


class Gate:
    """Around the application."""

    def __init__(self, application: ASGIApp) -> None:
        self.application = application

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a request through, or refuse it."""
        if scope["type"] != "http":
            await self.application(scope, receive, send)
            return
        bodiless = scope["method"] == "HEAD"

        async def tell(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message)["X-Content-Type-Options"] = "nosniff"
            elif bodiless:
                message = {**message, "body": b""}
            await send(message)

        length = len(scope["raw_path"] or b"") + len(scope["query_string"])
        if length > bounds.LONGEST_ADDRESS:
            detail = f"An address has at most {bounds.LONGEST_ADDRESS} bytes. Remedy: ask for less."
            refusal = Refusal(HTTPStatus.REQUEST_URI_TOO_LONG, detail)
            accepted = Headers(scope=scope).get("accept-language", "")
            await respond(refusal, accepted)(scope, receive, tell)
            return
        asked = {**scope, "method": "GET"} if bodiless else scope
        await self.application(asked, receive, tell)
