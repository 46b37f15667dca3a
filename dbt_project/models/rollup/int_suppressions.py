"""Grain: data element × area × period that is not told, for a count is small or would be found.

Computed in Python, for no small count may follow from all sums together; see ``kinhbac.disclosure``.
"""

from kinhbac.disclosure.suppression_table import kept_suppressions, tell_suppressions


def model(dbt, session):
    """The cells that are hidden; none where nothing is protected."""
    dbt.config(materialized="table")
    relations = {
        "data_elements": dbt.source("registry", "data_elements"),
        "contract_checks": dbt.source("registry", "contract_checks"),
        "contract_check_terms": dbt.source("registry", "contract_check_terms"),
        "area_parts": dbt.source("registry", "area_parts"),
        "int_rolled_values": dbt.ref("int_rolled_values"),
    }
    results = kept_suppressions(session)
    told = tell_suppressions(relations, results)
    results.write()
    return told
