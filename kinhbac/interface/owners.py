"""Whose source it is, by the registry as it stands when somebody delivers.

Here: refusing who delivers for another agency, before a byte is taken. Not here: where a delivery
lies (``uploads``); what else forbids it, which the night tells (``ingest.mandate``).
"""

from __future__ import annotations

import logging
from http import HTTPStatus
from pathlib import Path
from threading import Lock

from kinhbac.calendar import today
from kinhbac.ingest.extracts import day_named
from kinhbac.interface.refusals import Refusal
from kinhbac.interface.uploads import Upload, misnamed
from kinhbac.problems import ProblemsFound
from kinhbac.registry import Registry, load_registry
from kinhbac.registry.files import hash_registry

log = logging.getLogger("kinhbac")


class Owners:
    """The registry in ``sources``, read again when one of its files has changed."""

    def __init__(self, sources: Path) -> None:
        self._sources = sources
        self._known: tuple[str, Registry] | None = None
        self._one_reads = Lock()

    def refuse_stranger(self, upload: Upload) -> None:
        """Raises Refusal where the source is not the agency's on the day of receipt: that in the file's
        name, as at night, or today where it names none, or one that is still to come."""
        registry = self._read()
        if upload.source not in registry.sources:
            raise misnamed("there is no such source", "the key of a contract")
        try:
            named = day_named(upload.file) or today()
        except ValueError:  # the night tells it
            named = today()
        day = min(named, today())
        owner = registry.owner_of(upload.source, day)
        if owner == upload.agency:
            return
        told, source, agency = f"{day:%d/%m/%Y}", upload.source, upload.agency
        if owner:
            said = f"On {told} the source «{source}» belongs to {owner}, and {agency} delivers it"
        else:
            said = f"On {told} the source «{source}» belonged to nobody, and {agency} delivers it"
        raise Refusal(
            HTTPStatus.FORBIDDEN,
            f"{said}. Rule: an agency delivers its own sources, and nobody else's. Remedy: send it to "
            "who owns the source.",
        )

    def _read(self) -> Registry:
        with self._one_reads:
            try:
                found = hash_registry(self._sources)
                if self._known is None or self._known[0] != found:
                    self._known = found, load_registry(self._sources)
            except (ProblemsFound, OSError) as error:
                log.error("%s", error)
                detail = "The registry cannot be read. Remedy: the log of the server says why."
                raise Refusal(HTTPStatus.SERVICE_UNAVAILABLE, detail) from error
            return self._known[1]
