"""What somebody calls an area or a period, and which one is meant."""

from __future__ import annotations

from copy import copy

import pytest

from kinhbac.answers.names import Named, UnknownName, find_key, find_period

AREAS = [
    Named("07492", ("Xã Lục Sơn", "Luc Son Commune", "07492")),
    Named("07210", ("Phường Bắc Giang", "Bac Giang Ward")),
    Named("1", ("Xã Hòa Bình",)),
    Named("2", ("Xã Hoá Bính",)),
    Named("5", ("Số hồ sơ (trực tuyến)",)),
    Named("6", ("Số hồ sơ (một cửa)",)),
    Named("f1", ("Xã Lục Sơn (cũ)",), True, ("07492",)),
    Named("f2", ("Tỉnh Bắc Giang (cũ)",), True, ("24",)),
    Named("f3", ("Xã Tân Yên (cũ)",), True, ("1", "2")),
]


@pytest.mark.parametrize(
    ("called", "key"),
    [
        ("luc son", "07492"),
        ("LỤC SƠN", "07492"),
        ("Luc Son commune", "07492"),
        ("07492", "07492"),
        ("Xã Hoà  Bình", "1"),
        ("xã hòa bình", "1"),
        ("phường bắc giang", "07210"),
        ("f2", "f2"),
    ],
)
def test_one_that_alone_can_be_meant_is_meant(called: str, key: str) -> None:
    assert find_key(called, AREAS, "area") == key


@pytest.mark.parametrize(
    ("called", "proposed"),
    [
        ("hoa binh", {"1", "2"}),
        ("bac giang", {"07210", "f2"}),
        ("Tân Yên", {"f3", "1", "2"}),
        ("lục sơm", {"07492"}),
        ("zzzzzz", set()),
        ("Số hồ sơ", {"5", "6"}),
    ],
)
def test_several_or_none_are_proposed_and_not_chosen(called: str, proposed: set[str]) -> None:
    with pytest.raises(UnknownName) as unknown:
        find_key(called, AREAS, "area")
    first = unknown.value.proposed[: len(proposed)]
    assert proposed == {*first}
    assert all(key in str(unknown.value) for key in proposed)


@pytest.mark.parametrize(
    "text", ["13/2026", "32/10/2026", "31/02/2026", "Q5/2026", "May", "26", ""]
)
def test_what_is_no_period_is_refused(text: str) -> None:
    with pytest.raises(UnknownName, match="is not a period"):
        find_period(text)


def test_what_is_proposed_is_named_in_the_language_of_its_reader() -> None:
    with pytest.raises(UnknownName) as unknown:
        find_key("luc sonn", AREAS[:1], "area")
    assert unknown.value.tell("vi").endswith("Có phải ý là 07492 (Xã Lục Sơn)?")
    assert unknown.value.tell("en").endswith("Did you mean 07492 (Luc Son Commune)?")
    again = copy(unknown.value)
    assert again.tell("vi") == unknown.value.tell("vi") and again.proposed == ("07492",)
