"""A release's sums and ratios, computed a second time from what landed by the bare script."""

from __future__ import annotations

import pytest

from bench.limit import measure_limit
from tests.conftest import JANUARY, Province


def test_the_bare_script_finds_the_values_of_the_release(computed: Province) -> None:
    limit = measure_limit(computed.registry, computed.data, computed.as_of)
    assert (limit.files, limit.indicators, limit.compared) == (3, 3, 18)


def test_a_release_that_says_something_else_is_told(published: Province) -> None:
    published.land("clinic/2026-01/2026-02-04_b.csv", JANUARY.replace(",9\n", ",8\n"))
    with pytest.raises(SystemExit, match="values differ"):
        measure_limit(published.registry, published.data, published.as_of)
