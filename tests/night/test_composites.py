"""What a night makes of composites: every stage, states, holds, ranks, explanations.

Past 200 lines: every stage of one composite, asked of one night.
"""

from __future__ import annotations

from typing import Any

import pytest
from click.testing import CliRunner

from kinhbac import cli
from kinhbac.commands import installation
from tests.conftest import Province, in_folder
from tests.straight import Compiled
from tests.survey import COMMUNES, extract, write_survey


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory, project: Compiled) -> Province:
    made = in_folder(tmp_path_factory.mktemp("composites"), project)
    write_survey(made)
    a, b, c, d, e, f = COMMUNES
    # In each: visits, people, waiting. Visits per head in January: 1, 2, 3, 4, –, –.
    january = {
        a: (10, 10, 0), b: (40, 20, 5), c: (30, 10, 10), d: (80, 20, 20), e: ("", 10, 8),
        f: ("", 10, ""),
    }  # fmt: skip
    # In February one waits more than live there: the contract's check withholds the figure.
    february = {
        a: (50, 10, 0), b: (0, 20, 5), c: (30, 10, 10), d: (30, 20, 20), e: (20, 10, 30),
        f: (10, 10, 4),
    }  # fmt: skip
    made.land("survey/2026-01/2026-02-03_a.csv", extract(january))
    made.land("survey/2026-02/2026-03-03_a.csv", extract(february))
    made.land("headcount/2026/2026-01-15_a.csv", "Ma,Dân\n00001,12\n00002,22\n")
    made.publish()
    return made


def cells(province: Province, table: str, where: str, columns: str) -> dict[str, Any]:
    rows = province.query(f"select {columns} from {table} where {where}")
    return {str(key): rest if len(rest) > 1 else rest[0] for key, *rest in rows}


def test_what_was_found_is_kept_for_the_next_night(told: Province) -> None:
    kept = {path.stem: path.read_text() for path in told.data.computed.iterdir()}
    assert kept.keys() == {"forecasts", "robustness", "suppressions"}
    assert kept["robustness"].count("effective_weight") > 1


def test_a_component_is_divided_and_a_missing_one_is_imputed_and_marked(told: Province) -> None:
    where = "indicator = 'care' and component = 'visits_now' and period = '2026-01'"
    divided = cells(told, "composite_denominated", where, "area, value, mark")
    assert divided["00002"] == [2.0, "per people_now"] and divided["00005"][0] is None
    imputed = cells(told, "composite_imputed", where, "area, value, mark")
    assert imputed["00004"] == [4.0, None]
    assert imputed["00005"] == [4.0, "mean"]  # the mean of the rural communes that have one
    where = "indicator = 'care' and period = '2026-01'"
    ranks = cells(told, "composite_ranks", where, "area, imputed")
    assert ranks["00005"] is True and ranks["00004"] is False
    assert cells(told, "composite_aggregated", where, "area, mark")["00005"] == "imputed"


def test_a_stock_of_the_year_is_there_in_every_month_for_denominating(told: Province) -> None:
    """Also where nobody says when its source is due."""
    where = "indicator = 'residents_now' and area = '00002'"
    assert cells(told, "indicator_values", where, "period, value") == {
        "2026-01": 22, "2026-02": 22, "2026-03": 22,
    }  # fmt: skip


def test_a_unit_with_too_few_components_is_left_out_and_not_imputed(told: Province) -> None:
    where = "indicator = 'care' and area = '00006' and period = '2026-01'"
    assert set(cells(told, "composite_screened", where, "component, mark").values()) == {"left_out"}
    assert told.query(f"select value, reason, state from indicator_values where {where}") == [
        (None, "missing_operand", "missing")
    ]


def test_scales_of_a_stated_span_hold_in_later_periods(told: Province) -> None:
    where = "indicator = 'care' and component = 'visits_now' and period = '2026-0{}'"
    january = cells(told, "composite_normalised", where.format(1), "area, value")
    assert january["00001"] == 0 and january["00004"] == 10
    assert january["00002"] == pytest.approx(10 / 3)
    february = cells(told, "composite_normalised", where.format(2), "area, value")
    assert february["00001"] == 10  # 5 a head, beyond January's best
    assert february["00002"] == 0  # 0 a head, below January's worst
    assert february["00004"] == pytest.approx(10 / 6)  # 1.5 a head between 1 and 4


def test_scales_in_force_are_told_and_give_the_normalised_figures(told: Province) -> None:
    columns = "component, period, figures, lowest, highest, mean"
    scales = cells(told, "composite_scales", "indicator = 'care'", columns)
    # January's four delivered figures and the one that was imputed (4).
    assert scales["visits_now"] == ["2026-01", 5, 1, 4, pytest.approx(2.8)]
    rows = told.query(
        """
        select treated.value, normalised.value, scales.lowest, scales.highest
        from composite_treated as treated
        inner join composite_normalised as normalised
            using (indicator, component, area, period_start)
        inner join composite_scales as scales using (indicator, component, period_start)
        where indicator = 'comparison' and component = 'visits_now' and area != '24'
            and normalised.value is not null
        """
    )
    assert rows and all(
        scaled == pytest.approx(10 * (value - low) / (high - low))
        for value, scaled, low, high in rows
    )


def test_the_composite_is_its_weights_times_its_normalised_components(told: Province) -> None:
    joined = told.query(
        """
        select indicator, area, period, sum(weighted.value * normalised.value), any_value(own.value)
        from composite_weighted as weighted
        inner join composite_normalised as normalised
            using (indicator, component, area, period, period_start, period_kind, version)
        inner join composite_aggregated as own using (indicator, area, period)
        where own.value is not null and indicator in ('care', 'comparison') group by all
        """
    )
    assert len(joined) > 10
    assert all(total == pytest.approx(value) for _, _, _, total, value in joined)


def test_what_moved_a_composite_is_told_component_by_component(told: Province) -> None:
    where = "area = '00002' and indicator = 'care' and period = '2026-{}'"
    columns = "component, normalised, previous_normalised, change, value_change"
    february = cells(told, "composite_changes", where.format("02"), columns)
    # Visits fell from 10 ÷ 3 to 0 points and weigh three quarters; waiting stood still.
    assert february == {
        "visits_now": [0, pytest.approx(10 / 3), pytest.approx(-10 / 3), pytest.approx(-2.5)],
        "waiting_now": [7.5, 7.5, 0, pytest.approx(-2.5)],
    }
    january = cells(told, "composite_changes", where.format("01"), columns)
    assert january["waiting_now"] == [7.5, None, None, None]  # nothing came before


def test_another_definition_gives_no_change(told: Province) -> None:
    where = "indicator = 'comparison' and area = '00001' and component = 'visits_now'"
    columns = "period, version, previous_normalised, change, value_change"
    assert cells(told, "composite_changes", where, columns) == {
        "2026-01": [1, None, None, None],
        "2026-02": [2, None, None, None],
    }


def test_the_province_stands_on_the_scale_of_the_communes_and_has_no_rank(told: Province) -> None:
    where = "indicator = 'care' and period = '2026-02'"
    assert "24" in cells(told, "composite_aggregated", where, "area, value")
    ranks = cells(told, "composite_ranks", where, "area, rank, units")
    # The fifth is withheld; 24 is no commune.
    assert ranks.keys() == {"00001", "00002", "00003", "00004", "00006"}
    assert ranks["00001"] == [1, 5]


def test_missing_components_leave_their_weight_where_the_method_says_so(told: Province) -> None:
    where = "indicator = 'comparison' and area = '00005' and period = '2026-01'"
    # By today's method January's fifth has one component of weight 1 of 4: too little.
    assert told.query(
        f"select version, value, reason from indicator_methods where {where} order by 1"
    ) == [(1, None, "missing_operand"), (2, None, "missing_operand")]
    where = "indicator = 'comparison' and period = '2026-02' and component = 'visits_now'"
    assert cells(told, "composite_weighted", where, "area, value, mark")["00001"] == [0.75, None]


def test_nothing_is_made_up_for_before_it_is_due(told: Province) -> None:
    """The desk delivers nothing: January is overdue on 20 March, February is not due yet."""
    where = "indicator = 'contact' and area = '00001' and period = '2026-0{}'"
    columns = "value, state, holds"
    assert told.query(f"select {columns} from indicator_values where {where.format(2)}") == [
        (None, "not_yet_due", [])
    ]
    assert told.query(f"select {columns} from indicator_values where {where.format(1)}") == [
        (0, "held", ["late:desk/2026-01"])
    ]
    marks = cells(told, "composite_aggregated", where.format(1), "area, mark")
    assert marks == {"00001": "reweighted"}


def test_a_past_period_is_computed_with_its_own_method(told: Province) -> None:
    where = "indicator = 'comparison' and area = '00001'"
    rows = told.query(
        f"select period, version, value from indicator_values where {where} order by 1"
    )
    assert rows[:2] == [("2026-01", 1, 20), ("2026-02", 2, 10)]
    side = told.query(
        f"select version, value from indicator_methods where {where} and period = '2026-01' order by 1"
    )
    assert side == [(1, 20), (2, 2.5)]


def test_what_holds_one_unit_holds_all_that_are_compared_with_it(told: Province) -> None:
    cause = "check:survey/no_more_waiting_than_people"
    where = "period = '2026-02' and area = '{}' and indicator = '{}'"
    own = told.query(
        "select value, state, holds from indicator_values where "
        + where.format("00005", "comparison")
    )
    assert own == [(None, "held", [cause])]
    other = told.query(
        "select state, holds from indicator_values where " + where.format("00001", "comparison")
    )
    assert other == [("held", [cause])]
    # Its scale is January's: nobody else rests on the fifth commune of February.
    fixed = told.query(
        "select state, holds from indicator_values where " + where.format("00001", "care")
    )
    assert fixed == [("value", [])]


def test_robustness_stands_beside_the_rank(told: Province) -> None:
    rows = told.query(
        "select rank, rank_low, rank_median, rank_high, rank_met, draws from composite_ranks "
        "where indicator = 'care' and period = '2026-02' order by rank"
    )
    assert len(rows) == 5 and all(draws == 200 for *_, draws in rows)
    assert all(low <= rank <= high and 0 < met <= 1 for rank, low, _, high, met, _ in rows)
    weights = cells(
        told, "composite_importance", "indicator = 'care'", "component, effective_weight"
    )
    assert weights == {"visits_now": 0.75, "waiting_now": 0.25}
    assert told.query(
        "select choice, first_order from composite_sensitivity where indicator = 'care'"
    ) == [("weights", 1)]


def test_explain_tells_every_stage_and_the_rank(
    told: Province, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(installation, "SOURCES", told.sources)
    monkeypatch.setenv("KINHBAC_DATA", told.data.root.as_posix())
    output = CliRunner().invoke(cli.main, ["explain", "care", "00004", "2026-02"]).output
    assert "method      Chăm sóc / Care (care)" in output
    assert "impute    mean: grouping settlement" in output
    assert (
        "component   visits_now: denominated (per people_now) 1.5 → normalised 1.666666667 → "
        "weighted 0.75" in output
    )
    # Of visits per head the next quartile is 3, on the scale of January 10 × (3 − 1) ÷ (4 − 1): five
    # more than 1.5 gives, of which three quarters count.
    assert (
        "raised by   visits_now (visits_now): 30 → 60 points (next quartile): better by 3.75 points, "
        in (output)
    )
    assert "rank        5 of 5, between" in output and "over 200 draws" in output
    output = CliRunner().invoke(cli.main, ["explain", "care", "00005", "2026-01"]).output
    assert "imputed (mean) 4" in output
