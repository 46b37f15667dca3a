"""What a notice says of a release: whose it is, in what order, how much of it, in which words."""

from __future__ import annotations

from pathlib import Path

import pytest

from kinhbac.data_folder import DataFolder
from kinhbac.notices.agencies import read_digests
from kinhbac.notices.message import write_message
from kinhbac.release.releases import Release
from tests.noticed import HELD, LATE, REFUSED, publish, warning


@pytest.fixture
def data(tmp_path: Path) -> DataFolder:
    return DataFolder(tmp_path / "data")


def text_for(release: Release, recipient: str) -> str:
    return write_message(read_digests(release)[recipient], {}).text


def test_a_release_from_before_warnings_leaves_them_out(data: DataFolder) -> None:
    text = text_for(publish(data, 1, worklist=[LATE]), "SYT")
    assert text.startswith("Sở Y tế: 0 cảnh báo, 1 tệp chậm, 0 tệp bị từ chối\n")
    assert "Đợt công bố 1, số liệu đến ngày 10/04/2026." in text


def test_a_line_says_what_since_when_what_to_do_and_where_to_look(data: DataFolder) -> None:
    release = publish(data, 1, warnings=[warning(synthetic=True)], worklist=[LATE])
    assert "Xem:" not in text_for(release, "SYT")  # a release without pages names none
    (release.folder / "site").mkdir()
    lines = text_for(release, "SYT").splitlines()
    at = lines.index("Cảnh báo (1)")
    assert lines[at + 1 : at + 4] == [
        "1. Cảnh báo đỏ: Tỷ lệ sinh tại trạm của Tỉnh Bắc Ninh là 30%, dưới ngưỡng đỏ 50% "
        "(số liệu mô phỏng)",
        "   Từ 10/03/2026. Cần làm: Tiếp nhận cảnh báo và quyết định biện pháp xử lý.",
        "   Xem: site/indicators/clinic_birth_rate.html",
    ]
    assert "   Xem: site/deliveries.html" in lines
    assert "- kinhbac worklist SYT" in lines


@pytest.mark.parametrize(
    ("more", "said"),
    [
        (
            {"life": "acknowledged", "acknowledged_on": "2026-03-12"},
            "Quyết định biện pháp xử lý (đã tiếp nhận ngày 12/03/2026)",
        ),
        (
            {
                "life": "action_decided",
                "action_vi": "Tăng cường cán bộ",
                "action_by": "SYT",
                "action_due": "2026-04-01",
                "action_overdue": True,
            },
            "Thực hiện: Tăng cường cán bộ (SYT), hạn 01/04/2026, QUÁ HẠN",
        ),
    ],
)
def test_what_to_do_follows_the_life_of_a_warning(
    data: DataFolder, more: dict[str, object], said: str
) -> None:
    assert said in text_for(publish(data, 1, warnings=[warning(**more)]), "SYT")


def test_a_reopened_warning_stands_since_it_was_reopened(data: DataFolder) -> None:
    reopened = warning(life="reopened", reopened_on="2026-04-02")
    assert "Từ 02/04/2026." in text_for(publish(data, 1, warnings=[reopened]), "SYT")


def test_a_refused_file_is_one_item_however_many_cells_fail(data: DataFolder) -> None:
    other = REFUSED | {"place": "clinic/2026-02/2026-03-03_a.csv, line 3, Tram"}
    digest = read_digests(publish(data, 1, worklist=[REFUSED, other]))["SYT"]
    assert digest.counts == "0 cảnh báo, 0 tệp chậm, 1 tệp bị từ chối"
    [item] = digest.items
    assert item.words == (
        "Trạm y tế: 2 chỗ sai, ví dụ "
        "clinic/2026-02/2026-03-03_a.csv, dòng 2, Sinh: «mười» không phải là số"
    )


def test_a_late_source_is_told_once(data: DataFolder) -> None:
    late = warning("late", rule="late", indicator=None, area=None, text_vi="Trạm y tế chậm gửi")
    digests = read_digests(publish(data, 1, warnings=[late], worklist=[LATE]))
    assert [item.words for item in digests["SYT"].items] == ["Trạm y tế, kỳ 03/2026"]
    digests = read_digests(publish(data, 2, warnings=[late]))
    assert [item.words for item in digests["SYT"].items] == ["Trạm y tế chậm gửi"]
    assert digests["SYT"].counts.startswith("0 cảnh báo, 1 tệp chậm")


def test_long_lists_are_cut_gravest_first_and_say_where_the_rest_is(data: DataFolder) -> None:
    warnings = [
        warning(f"w{n:02}", level="yellow", text_vi=f"Vàng {n}", raised_on=f"2026-03-{n + 1:02}")
        for n in range(20)
    ]
    release = publish(data, 1, warnings=[*warnings, warning("last", raised_on="2026-04-01")])
    text = text_for(release, "SYT")
    assert text.count("Cảnh báo vàng:") == 9
    assert text.index("Cảnh báo đỏ:") < text.index("Vàng 0")
    assert "và 11 mục khác: bảng warnings trong data/current/warehouse.duckdb" in text
    digest = read_digests(release)["SYT"]
    told = dict(list(digest.states.items())[:2])
    news = write_message(digest, told).text
    assert "Mới từ lần báo trước (19)" in news and news.count("[MỚI]") == 10
    assert "và 9 mục khác: xem cuối thư" in news


def test_a_long_text_is_cut(data: DataFolder) -> None:
    text = text_for(
        publish(data, 1, worklist=[LATE | {"item": "jump", "found": "x" * 9000}]), "SYT"
    )
    assert max(map(len, text.splitlines())) < 700


def test_leaders_see_the_province_communes_in_numbers_and_who_owes_what(data: DataFolder) -> None:
    warnings = [
        warning("province", level="yellow"),
        warning("one", area="00001", text_vi="Xã Một"),
        warning("two", area="00002", text_vi="Xã Hai", level="yellow"),
        warning(
            "overdue",
            owner="STC",
            text_vi="Giải ngân chậm",
            life="action_decided",
            action_vi="Rà soát",
            action_overdue=True,
            action_due="2026-04-01",
        ),
        warning("over", open=False, text_vi="Đã đóng"),
    ]
    more = LATE | {"agency": "STC", "source": "budget", "place": "budget/2026"}
    release = publish(data, 1, warnings=warnings, worklist=[LATE, REFUSED, more], holds=[HELD])
    digest = read_digests(release)["leaders"]
    assert digest.counts == (
        "1 cảnh báo đỏ cấp tỉnh, 1 vàng, 0 vấn đề chung của các xã, phường, 1 biện pháp quá hạn, "
        "2 tệp chậm"
    )
    assert [(s.title, [f"{i.label}: {i.words}" for i in s.items]) for s in digest.sections] == [
        ("Biện pháp quá hạn", ["Cảnh báo đỏ: Giải ngân chậm"]),
        (
            "Cảnh báo cấp tỉnh",
            ["Cảnh báo vàng: Tỷ lệ sinh tại trạm của Tỉnh Bắc Ninh là 30%, dưới ngưỡng đỏ 50%"],
        ),
        (
            "Cảnh báo ở xã, phường",
            ["Tỷ lệ sinh tại trạm (lũy kế từ đầu năm): 2 xã, phường (1 đỏ, 1 vàng)"],
        ),
        (
            "Số liệu chậm, bị từ chối, tạm giữ",
            [
                "Sở Y tế: 1 tệp chậm, 1 tệp bị từ chối, 1.200 ô tạm giữ",
                "Sở Tài chính: 1 tệp chậm",
            ],
        ),
    ]


def test_leaders_hear_of_another_late_file_though_the_number_is_the_same(
    data: DataFolder,
) -> None:
    before = read_digests(publish(data, 1, worklist=[LATE]))["leaders"]
    other = LATE | {"place": "clinic/2026-04", "since": "2026-05-06"}
    after = read_digests(publish(data, 2, worklist=[other]))["leaders"]
    assert before.counts == after.counts
    assert before.states != after.states
