"""What leaves with every release: the forms that are made of it while it is being built.

Here: which they are, and in which order. Not here: what each of them is (``sdmx``, ``contracts``,
``catalogue``), what is made on demand (``report_package``), sealing (``release.publication``).
"""

from __future__ import annotations

import json
from pathlib import Path

from kinhbac.exchange.catalogue.files import write_catalogue
from kinhbac.exchange.contracts.document import write_contracts
from kinhbac.exchange.sdmx.messages import write_sdmx
from kinhbac.registry import Registry
from kinhbac.taken_over import Former, read_sealed

EXCHANGE = "exchange"
"""The folder of a release in which they lie."""
ORIGINS = "origins.json"
"""Of what each file in SDMX is made, by its path: the next release takes over what is the same."""


def write_exchange(
    registry: Registry, warehouse: Path, folder: Path, before: Path | None = None
) -> None:
    """Write every form into ``folder``, which is made, of the release whose database ``warehouse``
    is; ``before``: that folder of the release before. The catalogue comes last: it lists the files
    of the others with their size and hash."""
    folder.mkdir()
    former = _read_former(before) if before and (before / ORIGINS).exists() else None
    origins = write_sdmx(registry, warehouse, folder / "sdmx", former)
    text = json.dumps(origins, indent=0, sort_keys=True)
    (folder / ORIGINS).write_text(text, encoding="utf-8")
    for name, write in (("contracts", write_contracts), ("catalogue", write_catalogue)):
        (folder / name).mkdir()
        write(registry, warehouse, folder / name)


def _read_former(before: Path) -> Former:
    known = json.loads((before / ORIGINS).read_text(encoding="utf-8"))
    sealed = read_sealed(before.parent, f"{before.name}/sdmx/")
    return Former(before / "sdmx", known, sealed)
