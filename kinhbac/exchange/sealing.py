"""What leaves with every release: the forms that are made of it while it is being built.

Here: which they are, and in which order. Not here: what each of them is (``sdmx``, ``contracts``,
``catalogue``), what is made on demand (``report_package``), sealing (``release.publication``).
"""

from __future__ import annotations

from pathlib import Path

from kinhbac.exchange.catalogue.files import write_catalogue
from kinhbac.exchange.contracts.document import write_contracts
from kinhbac.exchange.sdmx.messages import write_sdmx
from kinhbac.registry import Registry

EXCHANGE = "exchange"
"""The folder of a release in which they lie."""


def write_exchange(registry: Registry, warehouse: Path, folder: Path) -> None:
    """Write every form into ``folder``, which is made, of the release whose database ``warehouse``
    is. The catalogue comes last: it lists the files of the others with their size and hash."""
    write_sdmx(registry, warehouse, folder / "sdmx")
    for name, write in (("contracts", write_contracts), ("catalogue", write_catalogue)):
        (folder / name).mkdir()
        write(registry, warehouse, folder / name)
