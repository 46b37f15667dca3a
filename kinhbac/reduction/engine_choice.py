"""Which engine an installation means.

Here: reading the setting. Not here: the engines (``embedded``, ``spark_connect``), of which only the
one that is meant is imported; what they are asked (``engines``).
"""

from __future__ import annotations

import os
import re
from contextlib import AbstractContextManager

from kinhbac.problems import Refused
from kinhbac.reduction.engines import ADDRESS, SETTING, Engine
from kinhbac.reduction.kept_counts import KeptCounts


class EngineUnknown(Refused):
    """The setting names no engine: the message says how one is named."""


def choose_engine(kept: KeptCounts) -> AbstractContextManager[Engine]:
    """The engine that the installation names, ready while the context lasts.

    ``$KINHBAC_ENGINE``: ``sc://host:port`` for a Spark Connect server; DuckDB if it is not set.
    ``$KINHBAC_ENGINE_DATA`` is the address under which that server sees the data folder, which is
    the folder's own path if it is not set. Raises Refused.
    """
    named = os.environ.get(SETTING, "")
    if not named:
        from kinhbac.reduction.embedded import embedded

        return embedded(kept)
    if not re.fullmatch(r"sc://[^/\s]+:\d+(/;.*)?", named):
        raise EngineUnknown(
            f"{SETTING}={named} names no engine: write sc://host:port of a Spark Connect server, "
            "or leave it out for the embedded DuckDB"
        )
    from kinhbac.reduction.spark_connect import connected

    return connected(named, os.environ.get(ADDRESS) or kept.data.root.as_posix())
