"""Unit tests stay fast: nobody runs dbt here."""

from __future__ import annotations

import pytest

from kinhbac.checks import dbt_run


@pytest.fixture(autouse=True)
def _no_dbt(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dbt_run, "DBT", "a test that runs dbt belongs into tests/night")
