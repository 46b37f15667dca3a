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
    """Write every form but the catalogue into ``folder``, which is made, of the tables of a release
    in the database ``warehouse``; ``before``: that folder of the release before."""
    folder.mkdir()
    former = _read_former(before) if before and (before / ORIGINS).exists() else None
    origins = write_sdmx(registry, warehouse, folder / "sdmx", former)
    text = json.dumps(origins, indent=0, sort_keys=True)
    (folder / ORIGINS).write_text(text, encoding="utf-8")
    (folder / "contracts").mkdir()
    write_contracts(registry, warehouse, folder / "contracts")


def list_files(registry: Registry, warehouse: Path, folder: Path) -> None:
    """Write the catalogue into ``folder`` once ``write_exchange`` is done: it lists every file that
    lies beside the release's database, those of the other forms too, with size and hash."""
    (folder / "catalogue").mkdir()
    write_catalogue(registry, warehouse, folder / "catalogue")


def _read_former(before: Path) -> Former:
    known = json.loads((before / ORIGINS).read_text(encoding="utf-8"))
    sealed = read_sealed(before.parent, f"{before.name}/sdmx/")
    return Former(before / "sdmx", known, sealed)
