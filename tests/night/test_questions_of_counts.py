"""Questions about counts, of which it is known how far chance moves them: what is asked, and of whom not.

Here: four years of a register in which one commune is too even, one doubles, one has half of what belongs
together, and eight have one figure in a month; all others are Poisson counts. Not here: other questions
(``test_questions``), how many of those asked are false (``tests.unit.test_known_questions``).
"""

from __future__ import annotations

from datetime import date

import numpy as np
import numpy.typing as npt
import pytest

from kinhbac.problems import ProblemsFound
from tests.conftest import AREAS, VOCABULARY, Province, make_tiny
from tests.straight import Compiled

COMMUNES = [f"{number:05}" for number in range(1, 13)]
MONTHS = [f"{year}-{month:02}" for year in range(2022, 2026) for month in range(1, 13)]
REGISTER = """\
source: register
name: {vi: Sổ hộ, en: Register of households}
sector: health
owner: [{agency: STC, from: 2022-01-01}]
synthetic: true
delivery: {format: csv, frequency: month, expected_from: 2022-01, due_days: 5, missing: ["-"]}
table: {area: {column: Ma, codes_as_of: 2025-07-01}}
data_elements:
  born: {name: {vi: Sinh, en: Born}, unit: person, column: Sinh, over_time: sum, over_areas: sum,
         related: vaccinated}
  vaccinated: {name: {vi: Tiêm, en: Vaccinated}, unit: person, column: Tiem, over_time: sum,
               over_areas: sum}
  died: {name: {vi: Chết, en: Died}, unit: person, column: Chet, over_time: sum, over_areas: sum}
  moved: {name: {vi: Chuyển, en: Moved}, unit: person, column: Chuyen, over_time: sum,
          over_areas: sum}
  mass: {name: {vi: Khối phổ, en: Mass}, unit: person, column: Khoi, over_time: sum,
         over_areas: sum}
  quota: {name: {vi: Chỉ tiêu, en: Quota}, unit: person, column: Tieu, over_time: sum,
          over_areas: sum}
"""
INDICATOR = """\
people_moved:
  name: {vi: Người chuyển, en: People moved}
  group: input
  purpose: Shows where places are needed.
  numerator: moved
  unit: person
  frequency: month
  direction: neutral
"""
MASS = (19931, 19953, 20019, 20082, 20192, 20195, 20218, 24557)
"""Eight measurements of uranium, in hundredths (Tietjen and Moore 1972); NIST prints of the last one that
it lies 2.4687 standard deviations from their mean (*e-Handbook of Statistical Methods*, 1.3.5.17.1)."""
KINDS = "('too_smooth', 'same_in_many', 'off_former_years', 'off_related')"


def make_counts() -> npt.NDArray[np.int64]:
    """Months × born, vaccinated, died and moved × communes, as ``register`` says."""
    chance = np.random.default_rng(11)
    rates = np.full((len(MONTHS), 4, len(COMMUNES)), [[60], [50], [45], [80]])
    this_year = np.array([month.startswith("2025") for month in MONTHS])
    rates[this_year, :2, 7] *= 2
    rates[this_year, 1, 2] //= 2
    counts = chance.poisson(rates)
    counts[:, 2, 4] = 40 + np.arange(len(MONTHS)) % 2
    counts[MONTHS.index("2025-03"), 2, 8] = 150
    counts[MONTHS.index("2025-07"), 3, [0, 1, 3, 5, 6, 8, 9, 10]] = 77
    return counts


def deviate(figures: npt.NDArray[np.int64]) -> npt.NDArray[np.float64]:
    """By how many standard deviations each lies from the mean of its column."""
    away: npt.NDArray[np.float64] = np.abs(figures - figures.mean(axis=0)) / figures.std(
        axis=0, ddof=1
    )
    return away


def register(folder: Province, project: Compiled) -> Province:
    """00005 tells 40 or 41 deaths each month; in July 2025 eight communes tell 77 who moved; 00008 has
    twice its births and vaccinations in 2025; of 00003 half of the children are vaccinated. A quota is
    the same everywhere and always."""
    made = folder
    made.project, made.as_of = project, date(2026, 1, 3)
    header, *_ = AREAS.splitlines()
    rows = [header, "24,province,24,Tỉnh,Province,,2022-01-01,"]
    rows += [f"{code},commune,{code},Xã {code},{code},24,2022-01-01," for code in COMMUNES]
    made.write("areas.csv", "\n".join(rows) + "\n")
    made.write("area_successions.csv", "predecessor,successor,share_of,share\n")
    made.write("area_codes.csv", "code_system,code,area,valid_from,valid_to\n")
    made.write("vocabulary.yml", VOCABULARY.replace("en: persons", "en: persons, counted: true"))
    made.write("register/source.yml", REGISTER)
    made.write("register/indicators.yml", INDICATOR)
    weighed = dict(zip(MONTHS[-len(MASS) :], MASS, strict=True))
    for month, own in zip(MONTHS, make_counts(), strict=True):
        told = [
            ",".join(
                [
                    code,
                    *map(str, figures),
                    "30",
                    f"{weighed.get(month, '-')}" if code == "00001" else "-",
                ]
            )
            for code, figures in zip(COMMUNES, own.T, strict=True)
        ]
        made.land(
            f"register/{month}/2026-01-02_a.csv",
            "\n".join(["Ma,Sinh,Tiem,Chet,Chuyen,Tieu,Khoi", *told]) + "\n",
        )
    return made


@pytest.fixture(scope="module")
def asked(tmp_path_factory: pytest.TempPathFactory, project: Compiled) -> Province:
    made = register(make_tiny(tmp_path_factory.mktemp("asked")), project)
    made.build()
    return made


def test_each_pattern_is_asked_about_where_it_is_and_nowhere_else(asked: Province) -> None:
    assert asked.query(
        "select anomaly, data_element, area, period from anomalies "
        f"where anomaly in {KINDS} order by all"
    ) == [
        ("off_former_years", "born", "00008", "2025-12"),
        ("off_former_years", "vaccinated", "00003", "2025-12"),
        ("off_former_years", "vaccinated", "00008", "2025-12"),
        ("off_related", "born", "00003", "2025-12"),
        ("same_in_many", "moved", None, "2025-07"),
        ("too_smooth", "died", "00005", "2025-12"),
    ]  # fmt: skip


def test_a_question_tells_its_evidence_in_both_languages(asked: Province) -> None:
    told = dict(asked.query(f"select anomaly, evidence from anomalies where anomaly in {KINDS}"))
    assert told["same_in_many"] == "the same figure 77 in 8 of 12 areas"
    assert told["too_smooth"].startswith("24 pairs of periods differ by 2 % of what counts do")
    assert "times «Vaccinated», all areas together" in told["off_related"]
    vi = asked.query("select evidence_vi from anomalies where anomaly = 'same_in_many'")
    assert vi == [("cùng một số 77 ở 8 trong 12 đơn vị",)]


def test_outliers_are_counted_in_the_two_grades_of_the_desk_review(asked: Province) -> None:
    mass = deviate(np.array(MASS))
    assert mass[-1] == pytest.approx(2.4687, abs=1e-4)
    away = np.concatenate([deviate(make_counts()[-12:]).ravel(), mass])
    moderate, extreme = ((away >= 2) & (away < 3)).sum(), (away >= 3).sum()
    assert moderate > 10 and extreme > 0
    tested = away.size + 12 * len(COMMUNES)  # and a quota, which never moves
    assert asked.query(
        "select measure, numerator, denominator from quality where subject = 'register' "
        "and period_kind = 'year' and measure like 'outliers%' order by 1"
    ) == [("outliers_extreme", extreme, tested), ("outliers_moderate", moderate, tested)]


def test_they_stand_on_the_list_of_the_owner_and_hold_nothing(asked: Province) -> None:
    agencies = asked.query(f"select distinct agency from worklist where item in {KINDS}")
    assert agencies == [("STC",)]
    assert asked.query("select count(*) from holds where source = 'register'") == [(0,)]


def test_what_moves_together_comes_together(tmp_path_factory: pytest.TempPathFactory) -> None:
    made = make_tiny(tmp_path_factory.mktemp("refused"))
    made.write("register/source.yml", REGISTER.replace("related: vaccinated", "related: births"))
    with pytest.raises(ProblemsFound) as refused:
        _ = made.registry
    assert "«births» is no data element of this source" in str(refused.value)
