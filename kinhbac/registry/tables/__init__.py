"""The registry as tables, for dbt and for the release.

Here: all tables together, one Parquet file each, rows in a fixed order. Not here: the rows of
any one subject (the modules beside this one), values.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Set
from datetime import date

import polars as pl

from kinhbac.data_folder import DataFolder
from kinhbac.registry.definitions.standing import Standing, find_standings
from kinhbac.registry.model import Registry
from kinhbac.registry.tables.areas import (
    AreaCodeRow,
    AreaCountRow,
    AreaGroupRow,
    AreaPartRow,
    AreaRow,
    SuccessionRow,
    tabulate_areas,
)
from kinhbac.registry.tables.assessment import (
    ClassRow,
    CriterionRow,
    ToldRow,
    tabulate_assessment,
)
from kinhbac.registry.tables.checks import (
    AnswerRow,
    ContractCheckRow,
    ContractCheckTermRow,
    CorrectionRow,
    tabulate_checks,
)
from kinhbac.registry.tables.composites import (
    CompositeComponentRow,
    CompositeMethodRow,
    CompositeRow,
    tabulate_composites,
)
from kinhbac.registry.tables.elements import (
    BreakdownRow,
    ComparisonRow,
    DataElementRow,
    tabulate_elements,
)
from kinhbac.registry.tables.indicators import (
    DuplicateRow,
    IndicatorRow,
    IndicatorTermRow,
    OperandUseRow,
    tabulate_indicators,
)
from kinhbac.registry.tables.limits import (
    LimitRow,
    PathRow,
    ResponseRow,
    TargetRow,
    WeighingRow,
    tabulate_limits,
)
from kinhbac.registry.tables.process import (
    DefinitionRow,
    NeedRow,
    SignOffRow,
    StandingRow,
    StepRow,
    tabulate_definitions,
    tabulate_process,
    tabulate_standings,
)
from kinhbac.registry.tables.sources import (
    DayRow,
    DueDateRow,
    SourceOwnerRow,
    SourceReportRow,
    SourceRow,
    tabulate_sources,
)
from kinhbac.registry.tables.vocabulary import (
    AgencyRow,
    CategoryRow,
    SectorRow,
    SynonymRow,
    UnitRow,
    tabulate_vocabulary,
)
from kinhbac.rows import Row, write_rows

REMEMBERED = "published_definitions"
"""What the release in force knows of definitions, beside what stands today."""


class RefreshRow(Row, table="refresh", key=()):
    """Tonight: the day of the figures, and the number of the release if there is one."""

    as_of: date
    release: int


TABLES: tuple[type[Row], ...] = (
    AgencyRow,
    SectorRow,
    UnitRow,
    SynonymRow,
    CategoryRow,
    AreaRow,
    AreaCodeRow,
    AreaCountRow,
    SuccessionRow,
    AreaPartRow,
    AreaGroupRow,
    SourceRow,
    SourceOwnerRow,
    SourceReportRow,
    DueDateRow,
    DayRow,
    DataElementRow,
    BreakdownRow,
    ComparisonRow,
    ContractCheckRow,
    ContractCheckTermRow,
    CorrectionRow,
    AnswerRow,
    IndicatorRow,
    IndicatorTermRow,
    OperandUseRow,
    DuplicateRow,
    CompositeRow,
    CompositeComponentRow,
    CompositeMethodRow,
    TargetRow,
    LimitRow,
    PathRow,
    ResponseRow,
    WeighingRow,
    ClassRow,
    CriterionRow,
    ToldRow,
    NeedRow,
    StepRow,
    SignOffRow,
    RefreshRow,
)
"""Every table that is known before anything is delivered."""


def write_registry(
    registry: Registry, data: DataFolder, as_of: date, release: int
) -> dict[str, int]:
    """Write every table of the registry for dbt; returns rows by table.

    ``release`` is the number that the candidate will have if it is published.
    """
    rows: dict[type[Row], list[Row]] = defaultdict(list)
    for row in _tabulate(registry, as_of, release):
        rows[type(row)].append(row)
    return {kind.table: write_rows(kind, rows[kind], data.tables).height for kind in TABLES}


def _tabulate(registry: Registry, as_of: date, release: int) -> Iterator[Row]:
    yield from tabulate_vocabulary(registry)
    yield from tabulate_areas(registry)
    yield from tabulate_sources(registry, as_of)
    yield from tabulate_elements(registry)
    yield from tabulate_checks(registry)
    yield from tabulate_indicators(registry, as_of)
    yield from tabulate_composites(registry)
    yield from tabulate_limits(registry)
    yield from tabulate_assessment(registry)
    yield from tabulate_process(registry, as_of)
    yield RefreshRow(as_of, release)


def write_standings(
    registry: Registry, data: DataFolder, as_of: date, delivered: Set[str], release: int
) -> dict[str, Standing]:
    """Write where each indicator stands, and since when its definition does.

    ``delivered``: sources with an extract in force; ``release``: the number of the next one. What
    the release in force knows of definitions is what memory has laid down (``release.memory``).
    """
    remembered = data.tables / f"{REMEMBERED}.parquet"
    kept = pl.read_parquet(remembered, glob=False).rows(named=True) if remembered.exists() else []
    known = [DefinitionRow(**row) for row in kept]
    history = list(tabulate_definitions(registry, known, as_of, release))
    write_rows(DefinitionRow, history, data.tables)
    stood = {row.indicator: row.first_stood_on for row in history if row.today}
    standings = find_standings(registry, as_of, delivered, stood)
    write_rows(StandingRow, tabulate_standings(registry, standings), data.tables)
    return standings
