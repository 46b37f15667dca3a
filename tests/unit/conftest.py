"""What several unit tests are given.

Here: callers of the interface, who import its server only where they are asked for, a province
that opens indicators, files that are read in the test's own process. Not here:
provinces and nights (``tests.conftest``).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.asked import Callers
    from tests.conftest import Province


@pytest.fixture(scope="module")
def callers(tmp_path_factory: pytest.TempPathFactory) -> Callers:
    """Callers of every edition, of a small release."""
    from tests.asked import Callers

    made = Callers(tmp_path_factory.mktemp("asked"))
    made.publish()
    return made


@pytest.fixture
def opened(province: Province) -> Province:
    """A province that opens some of its indicators, with a release of which nothing is open yet."""
    from tests.opened import declare, release_of, tables

    declare(province)
    release_of(province, 1, tables())
    return province


@pytest.fixture
def read_here(monkeypatch: pytest.MonkeyPatch) -> None:
    """Files are read in this process, in which the test has changed something."""
    from kinhbac.ingest.readers import read_raw

    monkeypatch.setattr("kinhbac.ingest.opening.read_apart", read_raw)
