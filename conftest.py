"""What the examples in docstrings of ``kinhbac.library`` are run with: a folder with a small release."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest


@pytest.fixture(autouse=True)
def opened_for_examples(request: pytest.FixtureRequest) -> Iterator[None]:
    """``kinhbac`` and ``warehouse`` in those examples, in a folder whose ``data`` is that release."""
    example = isinstance(request.node, pytest.DoctestItem)
    if not (example and request.node.name.startswith("kinhbac.library")):
        yield
        return
    import kinhbac
    from tests.analysed import lay_down

    folder: Path = request.getfixturevalue("tmp_path")
    lay_down(folder / "data")
    namespace: dict[str, Any] = request.getfixturevalue("doctest_namespace")
    with pytest.MonkeyPatch.context() as patch, kinhbac.open(folder / "data") as warehouse:
        patch.chdir(folder)
        namespace.update(kinhbac=kinhbac, warehouse=warehouse)
        yield
