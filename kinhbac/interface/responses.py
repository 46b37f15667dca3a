"""How an answer travels: what names it, who may keep it, where the next page is.

Here: headers. Not here: bodies (``tables``, ``sdmx_csv``, ``json_stat``). An answer is named by its
release and by a fingerprint of everything else that decides what it says: the seal of the release,
this code, the edition, the form and the question. So it is known before the database is asked whether
the caller has it already.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from hashlib import sha256
from http import HTTPStatus
from urllib.parse import urlencode

from fastapi import Request, Response

from kinhbac.data_folder import PROJECT, hash_code
from kinhbac.interface.editions import OPEN
from kinhbac.interface.filters import Asked, Listed
from kinhbac.interface.formats import CONTENT_TYPES, Format
from kinhbac.interface.opened import Opened
from kinhbac.registry.declared.publication import Access

RELEASE = "Kinhbac-Release"
EDITION = "Kinhbac-Edition"


def name_answer(opened: Opened, edition: Access, path: str, form: Format, asked: Asked) -> str:
    """The entity tag: ``"<release>-<fingerprint>"``."""
    rules = [
        opened.seal,
        hash_code(PROJECT / "kinhbac"),
        edition,
        path,
        form,
        asked.model_dump(mode="json", exclude={"format", "snapshot"}),
    ]
    fingerprint = sha256(json.dumps(rules, sort_keys=True).encode()).hexdigest()
    return f'"{opened.number}-{fingerprint[:24]}"'


def has_already(request: Request, name: str) -> bool:
    """Whether the caller says that it has this answer (RFC 9110, If-None-Match)."""
    held = request.headers.get("If-None-Match", "")
    names = [one.strip().removeprefix("W/") for one in held.split(",")]
    return name in names


def head_of(opened: Opened, edition: Access, name: str) -> dict[str, str]:
    """What every answer says of itself. Whoever keeps one asks each time whether it still holds."""
    shared = "public" if edition == OPEN else "private"
    return {
        "ETag": name,
        "Vary": "Accept, Authorization",
        "Cache-Control": f"{shared}, no-cache",
        RELEASE: str(opened.number),
        EDITION: edition,
    }


def unchanged(head: Mapping[str, str]) -> Response:
    """The caller has it already."""
    return Response(None, HTTPStatus.NOT_MODIFIED, head)


def respond(
    content: bytes, form: Format, head: Mapping[str, str], links: Mapping[str, str] | None = None
) -> Response:
    """The answer; ``links``: relation → address (RFC 8288)."""
    more = {"Content-Type": CONTENT_TYPES[form]}
    if links:
        more["Link"] = ", ".join(f'<{address}>; rel="{name}"' for name, address in links.items())
    return Response(content, HTTPStatus.OK, {**head, **more})


def link_pages(request: Request, opened: Opened, asked: Listed, more: bool) -> dict[str, str]:
    """Relation → the address of another page, relative to this one.

    It names the release, so that whoever leafs through pages reads one release, whatever comes into
    force meanwhile.
    """

    def address(offset: int) -> str:
        replaced = {"offset": str(offset), "snapshot": opened.snapshot}
        kept = [one for one in request.query_params.multi_items() if one[0] not in replaced]
        return "?" + urlencode([*kept, *replaced.items()])

    links = {}
    if more:
        links["next"] = address(asked.offset + asked.limit)
    if asked.offset:
        links["prev"] = address(max(asked.offset - asked.limit, 0))
        links["first"] = address(0)
    return links
