"""Questions to an owner: figures that keep their contract, move no total, and deserve a look.

Here: a digit too many for a month and back, a figure carried forward, and what looks like either
and is asked by nobody. Not here: kinds that can hardly be right
(``test_figures_that_cannot_be_right``).
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path
from shutil import copytree
from typing import get_args

import numpy as np
import pytest

from kinhbac.data_folder import DBT_PROJECT, DataFolder
from kinhbac.problems import ProblemsFound
from kinhbac.registry.declared.answers import Question
from kinhbac.words.catalogue import read_catalogue
from tests.conftest import AREAS, Province, make_tiny
from tests.straight import Compiled

COMMUNES = [f"{number:05}" for number in range(1, 13)]
MONTHS = [f"{year}-{month:02}" for year in (2024, 2025) for month in range(1, 13)]
REGISTER = """\
source: register
name: {vi: Sổ hộ, en: Register of households}
sector: health
owner: [{agency: STC, from: 2024-01-01}]
synthetic: true
delivery: {format: csv, frequency: month, expected_from: 2024-01, due_days: 5}
table: {area: {column: Ma, codes_as_of: 2025-07-01}}
data_elements:
  moved_in: {name: {vi: Hộ chuyển đến, en: Moved in}, unit: person, column: Den,
             over_time: sum, over_areas: sum}
  plan: {name: {vi: Kế hoạch, en: Plan}, unit: person, column: Ke hoach, over_time: sum,
         over_areas: sum}
  fees: {name: {vi: Lượt thu phí, en: Fees}, unit: person, column: Phi, over_time: sum,
         over_areas: sum}
  calls: {name: {vi: Cuộc gọi, en: Calls}, unit: person, column: Goi, over_time: sum,
          over_areas: sum}
"""
INDICATOR = """\
households_moved_in:
  name: {vi: Hộ chuyển đến, en: Moved in}
  group: input
  purpose: Shows where places are needed.
  numerator: moved_in
  unit: person
  frequency: month
  direction: neutral
"""
SEED = 4


@pytest.fixture(scope="module")
def asked(tmp_path_factory: pytest.TempPathFactory, project: Compiled) -> Province:
    """Two years of counts of about forty in twelve communes. 00003 tells 3,636 between 33 and 39,
    as a register once did; 00004 tells 41 from July on; 00005 lost a digit, and so did
    00007 of about twenty, while 00009 got one; one instead of eight or nine may be chance in 00008.
    00006 has its feast each February; 00010 and 00011 of about twenty have a digit too many and
    one too few in their newest month, and one instead of eight may be chance in 00008. A plan is the
    same each month everywhere."""
    made = make_tiny(tmp_path_factory.mktemp("asked"))
    made.project, made.as_of = project, date(2026, 1, 3)
    header, *_ = AREAS.splitlines()
    rows = [header, "24,province,24,Tỉnh,Province,,2024-01-01,"]
    rows += [f"{code},commune,{code},Xã {code},{code},24,2024-01-01," for code in COMMUNES]
    made.write("areas.csv", "\n".join(rows) + "\n")
    made.write("area_successions.csv", "predecessor,successor,share_of,share\n")
    made.write("area_codes.csv", "code_system,code,area,valid_from,valid_to\n")
    made.write("register/source.yml", REGISTER)
    made.write("register/indicators.yml", INDICATOR)
    counts = np.random.default_rng(SEED).poisson(40, (len(MONTHS), len(COMMUNES)))
    at = {month: place for place, month in enumerate(MONTHS)}
    counts[at["2025-05"] - 1 : at["2025-05"] + 2, 2] = 33, 3636, 39
    counts[at["2025-07"] :, 3] = 41
    counts[at["2025-03"] - 1 : at["2025-03"] + 2, 4] = 44, 4, 40
    counts[:, 6] = np.random.default_rng(SEED + 1).poisson(20, len(MONTHS))
    counts[at["2025-09"] - 1 : at["2025-09"] + 2, 6] = 21, 2, 19
    counts[:, 8] = np.random.default_rng(SEED + 3).poisson(20, len(MONTHS))
    counts[at["2025-06"] - 1 : at["2025-06"] + 2, 8] = 21, 210, 19
    counts[:, 7] = 8
    counts[at["2025-09"] - 1 : at["2025-09"] + 2, 7] = 9, 1, 8
    counts[:, 7] += np.arange(len(MONTHS)) % 2 * (counts[:, 7] == 8)
    counts[[at["2024-02"], at["2025-02"]], 5] = 800
    counts[:, 9:11] = np.random.default_rng(SEED + 6).poisson(20, (len(MONTHS), 2))
    counts[-3:, 9:11] = (19, 21), (21, 19), (210, 2)
    chance = np.random.default_rng(SEED + 2)
    for month, own in zip(MONTHS, counts, strict=True):
        fees, calls = chance.poisson(400, (2, len(COMMUNES)))
        fees[::2] -= fees[::2] % 10  # half of the communes round theirs down
        told = [
            f"{code},{count},25,{fee},{call}"
            for code, count, fee, call in zip(COMMUNES, own, fees, calls, strict=True)
        ]
        made.land(
            f"register/{month}/2026-01-02_a.csv",
            "\n".join(["Ma,Den,Ke hoach,Phi,Goi", *told]) + "\n",
        )
    made.build()
    return made


def test_a_digit_too_many_and_a_figure_carried_forward_are_asked(asked: Province) -> None:
    rows = asked.query(
        "select anomaly, data_element, area, period, evidence from anomalies "
        "where anomaly in ('passing_digit', 'carried_forward') order by all"
    )
    assert rows == [
        ("carried_forward", "moved_in", "00004", "2025-12",
         "41 in 6 periods in a row, from 2025-07 on"),
        ("passing_digit", "moved_in", "00003", "2025-05", "33, then 3,636, then 39"),
        ("passing_digit", "moved_in", "00005", "2025-03", "44, then 4, then 40"),
        ("passing_digit", "moved_in", "00007", "2025-09", "21, then 2, then 19"),
        ("passing_digit", "moved_in", "00009", "2025-06", "21, then 210, then 19"),
        # Of the newest nobody knows yet whether it passes.
        ("passing_digit", "moved_in", "00010", "2025-12", "19, then 21, then 210"),
        ("passing_digit", "moved_in", "00011", "2025-12", "21, then 19, then 2"),
    ]  # fmt: skip


def test_figures_that_heap_on_round_numbers_are_asked_and_others_are_not(asked: Province) -> None:
    ((element, area, period, evidence),) = asked.query(
        "select data_element, area, period, evidence from anomalies where anomaly = 'heaped'"
    )
    assert (element, area, period) == ("fees", None, "2025-12")
    round_figures, figures = evidence.split(" figures")[0].split(" of ")
    # Half of 144 are round, and of the others one in five.
    assert figures == "144" and 72 < int(round_figures) < 100


def test_they_are_questions_on_the_list_of_the_owner_and_hold_nothing(asked: Province) -> None:
    rows = asked.query(
        "select distinct agency, item_vi from worklist "
        "where item in ('passing_digit', 'carried_forward') order by all"
    )
    assert rows == [
        ("STC", "Có phải số kỳ trước chép lại?"),
        ("STC", "Có phải thừa hoặc thiếu một chữ số?"),
    ]
    told = "where item = 'passing_digit' and place like '%, 00003, %'"
    assert asked.query(f"select place, place_vi, found_vi from worklist {told}") == [
        ("moved_in, 00003, 2025-05", "moved_in, 00003, 05/2025", "33, rồi 3.636, rồi 39")
    ]
    assert asked.query("select count(*) from observations where held") == [(0,)]
    assert asked.query(
        "select value from indicator_values where indicator = 'households_moved_in' "
        "and area = '00003' and period = '2025-05'"
    ) == [(3636,)]


STATES = (
    "select anomaly, area, state from anomalies "
    "where anomaly in ('passing_digit', 'carried_forward') order by all"
)
ANSWER = """\
{key}:
  question: {question}
  data_element: moved_in
  area: "{area}"
  period: {period}
  value: {value}
  answer: {answer}
  reason: {{vi: Đã đối chiếu sổ gốc., en: Compared with the register.}}
  by: {by}
  answered_on: 2026-01-03
"""


@pytest.fixture
def answered(asked: Province, tmp_path: Path) -> Province:
    """The same province, whose owner may answer."""
    sources = copytree(asked.sources, tmp_path / "sources")
    data = copytree(asked.data.root, tmp_path / "data")
    return replace(asked, sources=sources, data=DataFolder(data))


def answer(
    key: str, question: str, area: str, period: str, value: float,
    said: str = "explained", by: str = "STC",
) -> str:  # fmt: skip
    return ANSWER.format(
        key=key, question=question, area=area, period=period, value=value, answer=said, by=by
    )


def test_an_answer_closes_its_question_as_long_as_the_figure_stands(answered: Province) -> None:
    answered.write(
        "register/answers.yml",
        answer("flat", "carried_forward", "00004", "2025-09", 41)  # a month of the run
        + answer("typo", "passing_digit", "00003", "2025-05", 3636, "corrected")
        + answer("other", "passing_digit", "00005", "2025-03", 5),  # it was told 4
    )
    answered.build()
    assert answered.query(STATES) == [
        ("carried_forward", "00004", "explained"),
        ("passing_digit", "00003", "corrected"),
        ("passing_digit", "00005", "open"),
        ("passing_digit", "00007", "open"),
        ("passing_digit", "00009", "open"),
        ("passing_digit", "00010", "open"),
        ("passing_digit", "00011", "open"),
    ]
    listed = "select place from worklist where item in ('passing_digit', 'carried_forward')"
    places = " ".join(place for (place,) in answered.query(listed))
    assert "00004" not in places and "00003" in places and "00005" in places


def test_jumps_are_counted_as_unexplained_confirmed_and_rejected(answered: Province) -> None:
    measure = (
        "select measure, numerator, denominator, value from quality where subject = 'register' "
        "and period_kind = 'year' and word = 'right' and measure like 'jumps%' order by all"
    )
    assert answered.query(measure) == [("jumps_unexplained", 6, 1, 6)]
    answered.write(
        "register/answers.yml",
        answer("typo", "passing_digit", "00003", "2025-05", 3636, "corrected")
        + answer("right", "passing_digit", "00005", "2025-03", 4),
    )
    answered.build()
    assert answered.query(measure) == [
        ("jumps_confirmed", 1, 2, 0.5),
        ("jumps_unexplained", 4, 1, 4),
    ]


def test_what_an_owner_always_explains_is_asked_no_more_and_that_is_told(
    answered: Province,
) -> None:
    explained = [
        answer(f"once_{n}", "carried_forward", "00001", f"2024-{n:02}", 40) for n in range(1, 6)
    ]
    answered.write("register/answers.yml", "".join(explained))
    answered.build()
    assert answered.query(STATES)[0] == ("carried_forward", "00004", "silent")
    assert answered.query("select count(*) from worklist where item = 'carried_forward'") == [(0,)]
    answered.write(
        "register/answers.yml",
        "".join(explained)
        + answer("wrong", "carried_forward", "00002", "2024-06", 40, "corrected"),
    )
    answered.build()
    assert answered.query(STATES)[0] == ("carried_forward", "00004", "open")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (answer("a", "jump", "00001", "2025-01", 1, by="SYT"), "STC was the owner on that day"),
        (answer("a", "jump", "99999", "2025-01", 1), "unknown area «99999»"),
        (answer("a", "mistake", "00001", "2025-01", 1), "question"),
        (answer("a", "jump", "00001", "2025-01", 1).replace("moved_in", "moved_out"),
         "«moved_out» is no data element of this source"),
    ],
)  # fmt: skip
def test_an_answer_of_somebody_else_or_about_nothing_is_refused(
    answered: Province, text: str, said: str
) -> None:
    answered.write("register/answers.yml", text)
    with pytest.raises(ProblemsFound, match=r"register/answers\.yml:") as refused:
        _ = answered.registry
    assert said in str(refused.value)


def test_every_question_that_is_asked_can_be_answered() -> None:
    asked = (DBT_PROJECT / "models" / "judged" / "int_anomalies.sql").read_text("utf-8")
    assert all(f"'{question}'" in asked for question in get_args(Question))
    items = set(read_catalogue()["worklist_item"])
    assert set(get_args(Question)) <= items
