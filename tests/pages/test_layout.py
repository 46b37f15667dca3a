"""What is told of a page's layout is true: each fault is seen where there is one."""

from __future__ import annotations

import pytest

from tests.pages.conftest import Board
from tests.pages.layout import faults_of


@pytest.mark.parametrize(
    ("look", "fault"),
    [
        ("position: relative; left: 90vw; white-space: nowrap", "runs out"),
        ("position: absolute; top: 0; left: 0", "overlaps"),
        ("width: 20px; overflow: hidden; white-space: nowrap", "cut off"),
    ],
)
def test_each_fault_of_a_layout_is_seen(board: Board, look: str, fault: str) -> None:
    page = board.open("quality.html")
    assert faults_of(page) == []
    page.evaluate(
        "look => { const one = document.querySelector('main p'); one.style = look; "
        "one.textContent = 'Một dòng chữ dài để xem'; }",
        look,
    )
    told = faults_of(page)
    page.close()
    assert any(one.startswith(fault) for one in told), told
