"""Who may see what: an edition for each access, and what it shows.

Here: the one place that decides it. Not here: whose token is for which edition (``tokens``), how
access is inherited (``registry.definitions.openness``). Whoever shows no token is answered from the
open edition, of which it is proven that nothing closed is in it; who shows one, from the release,
as far as the access of an indicator lets its edition see it.
"""

from __future__ import annotations

from http import HTTPStatus

from kinhbac.interface.refusals import Refusal
from kinhbac.registry.declared.publication import ACCESS, Access

OPEN: Access = "open"
INTERNAL: Access = "internal"
SCHEME = 'Bearer realm="kinhbac"'


def accesses_seen(edition: Access) -> tuple[Access, ...]:
    """Indicators with one of these may be seen.

    >>> accesses_seen("shared")
    ('open', 'shared')
    """
    return ACCESS[: ACCESS.index(edition) + 1]


def demand_internal(edition: Access, subject: str) -> None:
    """Raise Refusal for a caller who may not see how the province works inside."""
    if edition == INTERNAL:
        return
    detail = f"{subject} are internal. Remedy: ask with a token of the internal edition."
    if edition == OPEN:
        raise Refusal(HTTPStatus.UNAUTHORIZED, detail, headers={"WWW-Authenticate": SCHEME})
    raise Refusal(HTTPStatus.FORBIDDEN, detail)
