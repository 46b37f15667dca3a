"""Grain: composite × period × measure × subject × other.

How firm the latest ranks are, for composites that declare what is uncertain: intervals,
effects of choices, weights, consistency. Computed in Python, draw by draw. The inputs are
named here again because dbt reads them from a model's own text.
"""

from kinhbac.composite.reading import compute_boards, find_touched
from kinhbac.composite.robustness_table import kept_robustness, tell_robustness


def model(dbt, session):
    """All measures as one long table."""
    dbt.config(materialized="table", meta={"kept_by": "indicator"})
    touched = find_touched(session, "int_composite_robustness")
    dbt.ref("int_composite_stages")  # comes after it: all other models wait for the stages
    boards = compute_boards(
        dbt.source("registry", "composites"),
        [
            dbt.ref("input_indicators"),
            dbt.ref("process_indicators"),
            dbt.ref("output_indicators"),
            dbt.ref("impact_indicators"),
        ],
        dbt.ref("int_cells"),
        dbt.source("registry", "areas"),
        dbt.source("registry", "area_groups"),
        dbt.ref("int_dues"),
        dbt.source("registry", "refresh"),
        dbt.source("registry", "indicators"),
        touched,
    )
    results = kept_robustness(session)
    told = tell_robustness(boards, results, touched)
    results.write(whole=touched is None)
    return told
