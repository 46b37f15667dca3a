"""One data – one source – one owner, proven from published tables alone.

Here: the questions that a release must answer with no rows, whatever was checked before
it was sealed. Not here: checks on the candidate (``acceptance``). Each question reads only
tables of the release, so anybody can ask them of any release, at any time.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import duckdb


@dataclass(frozen=True)
class Breach:
    """A question that was answered with rows: the rule, how many, the first three."""

    rule: str
    rows: int
    examples: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.rule}: {self.rows} rows break it, such as {'; '.join(self.examples)}"


PROOFS = {
    "a data element has exactly one source": """
        select data_element, count(distinct source) as sources
        from data_elements group by data_element having count(distinct source) != 1
    """,
    "an observation comes from the source of its data element": """
        select data_element, area, period, observations.source, elements.source as registered
        from observations left join data_elements as elements using (data_element)
        where observations.source is distinct from elements.source
    """,
    "an observation comes from one extract of its source, and that extract is in force": """
        select data_element, area, observations.period, extract, extracts.source, standing
        from observations left join extracts using (extract)
        where observations.source is distinct from extracts.source
            or standing is distinct from 'in_force'
    """,
    "a cell has one observation": """
        select data_element, area, period_kind, period_start, count(*) as observations
        from observations group by all having count(*) != 1
    """,
    "a source has exactly one owner on the day an extract is received": """
        select extract, source, received_on, count(agency) as owners
        from extracts left join source_owners using (source)
        where standing in ('in_force', 'superseded')
            and agency is not null
            and received_on between valid_from and coalesce(valid_to, received_on)
        group by all having count(agency) != 1
        union all
        select extract, source, received_on, 0
        from extracts
        where standing in ('in_force', 'superseded') and not exists (
            from source_owners where source_owners.source = extracts.source
            and received_on between valid_from and coalesce(valid_to, received_on)
        )
    """,
    "an observation belongs to the agency that owned its source when it was received": """
        select data_element, area, observations.period, observations.owner, agency
        from observations
        inner join extracts using (extract)
        left join source_owners
            on observations.source = source_owners.source
            and received_on between valid_from and coalesce(valid_to, received_on)
        where observations.owner is distinct from source_owners.agency
    """,
    "an extract is delivered by the owner of its source": """
        select extract, source, delivered_by, owner
        from extracts
        where standing in ('in_force', 'superseded') and delivered_by is distinct from owner
    """,
    "days of ownership neither gap nor overlap": """
        select source, agency, valid_from, valid_to
        from source_owners
        window by_source as (partition by source order by valid_from)
        qualify lead(valid_from) over by_source is distinct from valid_to + 1
    """,
    "an indicator has one accountable agency, the owner of its source": """
        select indicators.indicator, indicators.owner, sources.owner as owner_of_source
        from indicators left join sources using (source)
        where indicators.owner is null or indicators.owner is distinct from sources.owner
        union all
        select indicator, min(owner), max(owner) from indicators
        group by indicator having count(*) != 1
    """,
    "an indicator's cell has one value": """
        select indicator, area, period_start, count(*) as cells
        from indicator_values group by all having count(*) != 1
    """,
    "only indicators of a published step have values": """
        select indicator, step from indicators
        where not published
            and indicator in (select indicator from indicator_values)
    """,
    "a value rests on extracts of its own sources": """
        select distinct used.indicator, used.extract, extracts.source
        from (
            select distinct indicator, unnest(extracts) as extract, source as sources
            from indicator_values where value is not null
        ) as used
        left join extracts using (extract)
        where extracts.source is null
            or not list_contains(string_split(used.sources, ', '), extracts.source)
    """,
    "a comparison source owns no fact": """
        select data_element, source from data_elements
        inner join sources using (source) where role = 'comparison'
    """,
    "a held value is not released": """
        select indicator, area, period, value, reason from indicator_values
        where reason = 'held' and value is not null
    """,
}
"""Rule → the rows that break it."""


def prove_rule(warehouse: Path) -> list[Breach]:
    """Ask every question of the release in ``warehouse``; no breach is the proof."""
    breaches = []
    with duckdb.connect(warehouse.as_posix(), read_only=True) as connection:
        for rule, question in PROOFS.items():
            try:
                answer = connection.execute(question)
            except duckdb.Error as error:
                # A release without the tables or columns that prove the rule does not prove it.
                breaches.append(Breach(rule, 0, (f"it cannot be asked: {error}",)))
                continue
            names = [column[0] for column in answer.description or ()]
            rows = answer.fetchall()
            if rows:
                examples = tuple(
                    ", ".join(f"{name} {cell}" for name, cell in zip(names, row, strict=True))
                    for row in sorted(rows, key=str)[:3]
                )
                breaches.append(Breach(rule, len(rows), examples))
    return breaches
