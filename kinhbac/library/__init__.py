"""The warehouse for programs and notebooks: ``kinhbac.open()``.

Here: which kind of place is opened. Not here: asking a sealed release (``sealed``) or the interface
over HTTP (``remote``), the columns of answers (``frames``).
"""

from __future__ import annotations

from pathlib import Path

from kinhbac.library.warehouse import Warehouse

__all__ = ["Warehouse", "open"]


def open(place: str | Path | None = None, *, token: str | None = None) -> Warehouse:
    """Open what is published, wherever it lies.

    ``place`` is a data folder (its release in force is opened), the folder of a release or a copy
    of one, or the address of the interface (``http://…``), which may ask for a ``token``. Without
    ``place`` it is the data folder of this installation. What is opened stays the same release, whatever
    comes into force meanwhile.

    Raises Refused, with what to do, where no release lies, or it cannot be read.

    >>> with kinhbac.open("data") as warehouse:
    ...     warehouse.values("births", "24", since="2026-02", until="2026-02").select("value").item()
    10.5
    """
    if isinstance(place, str) and place.startswith(("http://", "https://")):
        from kinhbac.library.remote import RemoteRelease

        return RemoteRelease(place, token)
    from kinhbac.library.sealed import open_sealed

    return open_sealed(None if place is None else Path(place))
