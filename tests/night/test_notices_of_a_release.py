"""Notices read from a release as a night publishes it."""

from __future__ import annotations

from kinhbac.notices.agencies import read_digests
from kinhbac.notices.message import write_message
from tests.board import FORMULA, share_board
from tests.conftest import Share
from tests.straight import Compiled


def test_digests_are_read_from_a_release_as_it_is_published(
    share: Share, project: Compiled
) -> None:
    _, release = share_board(share, project)
    digests = read_digests(release)
    assert {"Tệp bị từ chối", "Tạm giữ"} <= {section.title for section in digests["STC"].sections}
    assert " 1 tệp bị từ chối" in digests["STC"].counts
    message = write_message(digests["STC"], {})
    assert "data/current/worklists/STC.xlsx" in message.text
    assert "«công thức, 19 ký tự»" in message.text and FORMULA in message.text
    assert "<script>" not in message.html
    assert "Mở trạm" in write_message(digests["leaders"], {}).text
