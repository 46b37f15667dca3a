"""Grain: composite × version × component × area × period × stage.

Every stage of every composite; in the stages «aggregated» (each version) and «ranked» the
component is the composite itself. Computed in Python, because means, outliers and ranks need
all units of a period at once.
"""

from kinhbac.composite.reading import compute_boards, find_touched
from kinhbac.composite.stage_table import tell_stages


def model(dbt, session):
    """All stages as one long table."""
    dbt.config(materialized="table", meta={"kept_by": "indicator"})
    touched = find_touched(session, "int_composite_stages")
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
    return tell_stages(boards, touched)
