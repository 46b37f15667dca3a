"""Unit tests stay fast: nobody runs dbt here."""

from __future__ import annotations

import pytest

from kinhbac.checks import dbt_project, dbt_run


@pytest.fixture(autouse=True)
def _no_dbt(monkeypatch: pytest.MonkeyPatch) -> None:
    refusal = "a test that runs dbt belongs into tests/night"
    monkeypatch.setattr(dbt_run, "PROCESS", [refusal])
    monkeypatch.setattr(dbt_project, "DBT", refusal)
