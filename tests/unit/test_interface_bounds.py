"""What the interface refuses, ends or does not give away, and that it says why.

Past 200 lines: a question a bound, and a way to be damaged.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

import duckdb
import pytest

from kinhbac.database import attach, serve_database, write_warehouse
from kinhbac.interface import bounds
from kinhbac.interface.formats import FORMATS
from kinhbac.interface.refusals import MEDIA_TYPE
from kinhbac.words.meaning import read_meanings
from tests.asked import BREAKDOWNS, Callers, refused
from tests.small_release import cell


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH"])
def test_nothing_can_be_written(callers: Callers, method: str) -> None:
    refused(callers.ask("/values", method=method), 405)


def test_all_that_is_wrong_is_told_at_once(callers: Callers) -> None:
    asked = "/values?limit=0&indicater=births&state=lost&since=yesterday&as_of=2026-02-30&lang=fr"
    problems = refused(callers.ask(asked), 400)["problems"]
    assert {problem["parameter"] for problem in problems} == {
        "limit", "indicater", "state", "since", "as_of", "lang",
    }  # fmt: skip
    assert all(problem["rule"] and problem["remedy"] for problem in problems)
    unknown = refused(callers.ask("/values?indicator=birth&indicator=births&area=1"), 400)
    assert [(one["parameter"], one["value"]) for one in unknown["problems"]] == [
        ("indicator", "birth"),
        ("area", "1"),
    ]


FILTERED = [
    *(("/values", name) for name in ("indicator", "area", "breakdown", "period", "group", "state")),
    *(("/warnings", name) for name in ("indicator", "area", "owner", "level")),
    ("/indicators", "sector"),
    ("/coverage", "sector"),
    ("/areas", "parent"),
]


@pytest.mark.parametrize(("address", "parameter"), FILTERED)
def test_a_misspelt_filter_is_refused(callers: Callers, address: str, parameter: str) -> None:
    problem, *_ = refused(callers.ask(f"{address}?{parameter}=helth"), 400)["problems"]
    assert (problem["parameter"], problem["value"]) == (parameter, "helth")
    assert problem["rule"] and problem["remedy"]


def test_a_refusal_names_what_the_edition_may_see_and_no_more(tmp_path: Path) -> None:
    """Sectors and breakdowns of what is internal are refused like those that are not there."""
    callers = Callers(tmp_path)
    inner = [row | {"indicator": "inner", "breakdown": "age"} for row in BREAKDOWNS]
    callers.publish(breakdown_values=[*BREAKDOWNS, *inner])
    for address, word, shared, internal in (
        ("/indicators?sector=", "home", "health", "health, home"),
        ("/values?breakdown=", "age", "sex", "age, sex"),
    ):
        assert callers.ask(address + word).status_code == 200
        for asked in (word, "nothing"):
            [problem] = refused(callers.ask(address + asked, "shared"), 400)["problems"]
            assert problem["rule"] == f"there are: {shared}"
        [problem] = refused(callers.ask(address + "nothing"), 400)["problems"]
        assert problem["rule"] == f"there are: {internal}"


@pytest.mark.parametrize(
    "text", ["births' or true --", "births\x00", "$indicator", "'; drop table areas; --", "%25"]
)
def test_what_comes_from_outside_is_never_sql(callers: Callers, text: str) -> None:
    for address, parameter in FILTERED:
        refused(callers.ask(f"{address}?" + urlencode({parameter: text})), 400)
    refused(callers.ask("/indicators/" + quote(text)), 404)
    assert len(callers.values("/areas")) == 4


@pytest.mark.parametrize(
    "asked",
    [
        f"limit={bounds.MOST_ROWS + 1}",
        "offset=-1",
        f"offset={bounds.MOST_SKIPPED + 1}",
        "indicator=" + "a" * 81,
        "&".join(["area=1"] * (bounds.MOST_NAMED + 1)),
    ],
)
def test_a_question_has_bounds(callers: Callers, asked: str) -> None:
    problem = refused(callers.ask(f"/values?{asked}"), 400)
    assert len(str(problem)) < 1_000, "what is told back is short"


def test_an_address_has_bounds_and_leads_somewhere(callers: Callers) -> None:
    refused(callers.ask("/values?area=" + "1" * bounds.LONGEST_ADDRESS), 414)
    refused(callers.ask("/value"), 404)
    refused(callers.ask("/indicators/births/values"), 404)


BUSY = "select sum(a.i * b.i) from range(1000000) a(i), range(100000) b(i)"


HUGE = "select list(i) from range(100000000) t(i)"


ELSEWHERE = {
    "from read_csv('/etc/passwd')": duckdb.PermissionException,
    "copy release.areas to 'elsewhere.csv'": duckdb.PermissionException,
    "attach 'other.duckdb'": duckdb.PermissionException,
    "set memory_limit = '8GB'": duckdb.InvalidInputException,
    "delete from release.areas": duckdb.InvalidInputException,
    "install httpfs": duckdb.PermissionException,
}


def serving(warehouse: Path, seconds: float) -> duckdb.DuckDBPyConnection:
    lay_down = partial(attach, name="release", path=warehouse)
    return serve_database(lay_down, megabytes=64, seconds=seconds)


def test_the_database_of_a_release_ends_what_takes_too_long_or_too_much(callers: Callers) -> None:
    warehouse = callers.data.current / "warehouse.duckdb"
    with serving(warehouse, 0.5) as connection:
        with pytest.raises(duckdb.InterruptException):
            connection.execute(BUSY).fetchall()
        with pytest.raises((duckdb.InterruptException, duckdb.OutOfMemoryException)):
            connection.execute(HUGE).fetchall()
        assert connection.execute("select 1").fetchall() == [(1,)]


@pytest.mark.parametrize("question", ELSEWHERE)
def test_the_database_of_a_release_reaches_nothing_else(callers: Callers, question: str) -> None:
    warehouse = callers.data.current / "warehouse.duckdb"
    with (
        serving(warehouse, 5) as connection,
        pytest.raises(ELSEWHERE[question]),
    ):
        connection.execute(question).fetchall()


def test_a_question_that_is_ended_is_refused_with_a_remedy(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    callers = Callers(tmp_path)
    callers.publish()
    assert callers.ask("/values").status_code == 200
    [opened] = callers.application.state.releases._opened

    def end(*_: object) -> None:
        raise duckdb.InterruptException("INTERRUPT")

    monkeypatch.setattr(opened, "cursor", end)
    assert "name indicators" in refused(callers.ask("/values"), 503)["detail"]


def test_too_many_questions_at_once_are_sent_away(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    callers = Callers(tmp_path)
    callers.publish()
    assert callers.ask("/values").status_code == 200
    monkeypatch.setattr(bounds, "WAITING", 0.01)
    [opened] = callers.application.state.releases._opened
    for _ in range(bounds.AT_ONCE):
        opened._turns.acquire()
    response = callers.ask("/values")
    refused(response, 503)
    assert response.headers["Retry-After"]
    opened._turns.release()
    assert callers.ask("/values").status_code == 200


def test_before_the_first_release_and_where_one_is_broken_nobody_sees_the_inside(
    tmp_path: Path,
) -> None:
    callers = Callers(tmp_path)
    assert "no release yet" in refused(callers.ask("/values"), 503)["detail"]
    warehouse = callers.publish()
    (warehouse.parent / "manifest.json").write_text("{", encoding="utf-8")
    told = refused(callers.ask("/values"), 503)
    assert str(tmp_path) not in str(told) and "log" in told["detail"]
    callers.publish(2)
    assert callers.ask("/values").status_code == 200
    callers.data.tokens.write_text("{", encoding="utf-8")
    assert str(tmp_path) not in str(refused(callers.ask("/values"), 503))


def damage(path: Path, content: bytes) -> None:
    path.unlink()
    path.write_bytes(content)


def middle_lost(content: bytes) -> bytes:
    """The same, with nothing but zeros from the middle on but its last block."""
    begin, end = 3 * 4096, len(content)
    return content[:begin] + bytes(end - begin)


@pytest.mark.parametrize("lose", [lambda _: b"", lambda it: it[:5000], middle_lost])
def test_a_damaged_database_is_told_to_the_log_in_a_sentence(
    lose: Callable[[bytes], bytes], tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    callers = Callers(tmp_path)
    warehouse = callers.publish()
    damage(warehouse, lose(warehouse.read_bytes()))
    for address in ("/values", "/values?format=sdmx-csv", "/indicators"):
        caplog.clear()
        told = refused(callers.ask(address), 503)
        assert "log" in told["detail"] and str(tmp_path) not in str(told)
        [record] = caplog.records
        assert record.exc_info is None and "cannot be read" in record.getMessage()
        assert "Remedy: kinhbac verify" in record.getMessage()
    callers.publish(2)
    assert callers.ask("/values").status_code == 200


def test_a_fault_is_admitted_and_not_explained(
    callers: Callers, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise RuntimeError("the inside")

    monkeypatch.setattr("kinhbac.interface.answering.write_csv", fail)
    problem = refused(callers.ask("/values?format=csv"), 500)
    assert "inside" not in str(problem)


def test_a_release_from_before_there_was_something_to_ask_says_so(tmp_path: Path) -> None:
    callers = Callers(tmp_path)
    with write_warehouse(callers.publish()) as connection:
        connection.execute("drop table warnings")
    assert "sealed before" in refused(callers.ask("/warnings"), 503)["detail"]
    assert callers.ask("/values").status_code == 200


def test_a_figure_is_told_to_its_last_digit(tmp_path: Path) -> None:
    callers = Callers(tmp_path)
    exact = 0.1 + 0.2
    callers.publish(indicator_values=[cell("births", exact), cell("births", 1e-9, "00001")])
    assert {row["value"] for row in callers.values("/values")} == {exact, 1e-9}
    assert repr(exact) in callers.ask("/values?format=csv").text
    assert repr(exact) in callers.ask("/values?format=sdmx-csv").text


def test_the_interface_describes_itself(callers: Callers) -> None:
    described = callers.ask("/openapi.json", "open").json()
    delivering = described["paths"].pop("/deliveries/{source}/{period}/{file}")
    assert delivering.keys() == {"put"} and "422" not in delivering["put"]["responses"]
    assert described["paths"].keys() == {
        "/", "/indicators", "/indicators/{indicator}", "/indicators/{indicator}/explanation",
        "/indicators/{indicator}/composite", "/areas", "/values", "/warnings", "/coverage",
    }  # fmt: skip
    assert all(path.keys() == {"get"} for path in described["paths"].values())
    values = described["paths"]["/values"]["get"]
    names = {parameter["name"] for parameter in values["parameters"]}
    assert {"indicator", "area", "period", "since", "until", "group", "state", "as_of"} <= names
    assert values["responses"]["200"]["content"].keys() == set(FORMATS.values())
    assert values["responses"]["400"]["content"].keys() == {MEDIA_TYPE}
    assert "422" not in values["responses"], "nothing is ever answered so"
    assert values["security"]


def test_the_interface_describes_itself_in_the_language_that_is_accepted(callers: Callers) -> None:
    """Every text that it says of itself stands in both languages, and none is left over."""
    asked = {"Accept-Language": "vi-VN,en;q=0.5"}
    answer = callers.client.get("/openapi.json", headers=asked)
    assert answer.headers["Content-Language"] == "vi"
    english = list(find_texts(callers.ask("/openapi.json", "open").json()))
    assert {*english} == read_meanings("interface").keys()
    assert [*find_texts(answer.json())] == [read_meanings("interface")[text] for text in english]


def find_texts(described: Any) -> Iterator[str]:
    """All that a description says to people."""
    if isinstance(described, dict):
        for key, value in described.items():
            if key in ("summary", "description") and isinstance(value, str):
                yield value
            else:
                yield from find_texts(value)
    elif isinstance(described, list):
        for one in described:
            yield from find_texts(one)


def test_a_refusal_is_told_in_the_language_that_is_accepted(callers: Callers) -> None:
    """Detail and problems; whoever says nothing is told in English."""
    asked = "/values?limit=0&indicater=births&since=yesterday"
    vietnamese = callers.client.get(asked, headers={"Accept-Language": "vi-VN,en;q=0.5"})
    told = refused(vietnamese, 400)
    assert vietnamese.headers["Content-Language"] == "vi"
    assert told["detail"] == "Câu hỏi có 3 vấn đề."
    by_parameter = {one["parameter"]: one for one in told["problems"]}
    assert by_parameter["limit"]["rule"] == "ít nhất là 1"
    assert by_parameter["indicater"]["found"] == "ở đây không có tham số này"
    assert by_parameter["since"]["rule"].startswith("«yesterday» không phải là kỳ")
    long = callers.client.get(
        "/values?area=" + "1" * bounds.LONGEST_ADDRESS, headers={"Accept-Language": "vi"}
    )
    assert refused(long, 414)["detail"].startswith("Địa chỉ dài nhất ")
    for silent in (callers.client.get(asked), callers.ask(asked)):
        assert refused(silent, 400)["detail"] == "The question has 3 problems."
        assert silent.headers["Content-Language"] == "en"
