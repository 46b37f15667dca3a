"""The address of a file that carries the hash of what it holds: ``names.js`` is ``names.1f3c….js``.

Here: making such an address and telling which file it is of. Not here: which files have one. What
is found under an address never changes, so that a page which is read while another release comes
into force meets what it was made for, or nothing.
"""

from __future__ import annotations

import re
from hashlib import sha256

LENGTH = 10
"""Hexadecimal digits: enough that no two contents of one file ever meet."""
_ADDRESS = re.compile(rf"(.+)\.([0-9a-f]{{{LENGTH}}})(\.\w+)")


def address_of(path: str, content: bytes) -> str:
    """Where a file of this content lies.

    >>> address_of("indicators/births.js", b"30")
    'indicators/births.624b60c58c.js'
    """
    stem, dot, ending = path.rpartition(".")
    return f"{stem}.{mark_of(content)}{dot}{ending}"


def mark_of(content: bytes) -> str:
    """The part of an address that follows from the content."""
    return sha256(content).hexdigest()[:LENGTH]


def split_address(address: str) -> tuple[str, str] | None:
    """The path of the file that lies there and the mark of its content; None: it has no mark.

    >>> split_address("indicators/births.624b60c58c.js")
    ('indicators/births.js', '624b60c58c')
    """
    found = _ADDRESS.fullmatch(address)
    return (f"{found[1]}{found[3]}", found[2]) if found else None
