"""A release in a few numbers, kept in its manifest for whoever has no time to ask its tables.

Here: counting them, once, when it is sealed. Not here: the words around them (``night_report``).
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from kinhbac.database import read_warehouse
from kinhbac.queries import read_queries

QUERIES = read_queries(__file__)


def summarise(warehouse: Path) -> dict[str, Any]:
    """Indicators, values and cells by group; cells held, empty and synthetic; definitions back.

    ``groups``: group → its three counts; the others are counts of the whole release.
    """
    with read_warehouse(warehouse) as connection:
        groups = connection.execute(QUERIES["groups"]).fetchall()
        [(held, empty, synthetic)] = connection.execute(QUERIES["cells"]).fetchall()
        [(sent_back, waiting)] = connection.execute(QUERIES["sent_back"]).fetchall()
    return {
        "groups": {
            group: {"indicators": indicators, "values": values, "cells": cells}
            for group, indicators, values, cells in groups
        },
        "held": held,
        "empty": empty,
        "synthetic": synthetic,
        "sent_back": sent_back,
        "waiting": waiting,
    }
