-- name: a data element has exactly one source
select data_element, count(distinct source) as sources
from data_elements
group by data_element
having count(distinct source) != 1
;

-- name: an observation comes from the source of its data element
select data_element, area, period, observations.source, elements.source as registered
from observations
left join data_elements as elements using (data_element)
where observations.source is distinct from elements.source
;

-- name: an observation comes from one extract of its source, and that extract is in force
select data_element, area, observations.period, extract, extracts.source, standing
from observations
left join extracts using (extract)
where observations.source is distinct from extracts.source or standing is distinct from 'in_force'
;

-- name: a cell has one observation
select data_element, area, period_kind, period_start, count(*) as observations
from observations
group by all
having count(*) != 1
;

-- name: a source has exactly one owner on the day an extract is received
select extract, source, received_on, count(agency) as owners
from extracts
left join source_owners using (source)
where
    standing in ('in_force', 'superseded')
    and agency is not null
    and received_on between valid_from and coalesce(valid_to, received_on)
group by all
having count(agency) != 1
union all
select extract, source, received_on, 0
from extracts
where
    standing in ('in_force', 'superseded')
    and not exists (
        from source_owners
        where
            source_owners.source = extracts.source
            and received_on between valid_from and coalesce(valid_to, received_on)
    )
;

-- name: an observation belongs to the agency that owned its source when it was received
select data_element, area, observations.period, observations.owner, agency
from observations
inner join extracts using (extract)
left join
    source_owners
    on observations.source = source_owners.source
    and received_on between valid_from and coalesce(valid_to, received_on)
where observations.owner is distinct from source_owners.agency
;

-- name: an extract is delivered by the owner of its source
select extract, source, delivered_by, owner
from extracts
where standing in ('in_force', 'superseded') and delivered_by is distinct from owner
;

-- name: days of ownership neither gap nor overlap
select source, agency, valid_from, valid_to
from source_owners
window by_source as (partition by source order by valid_from)
qualify lead(valid_from) over by_source is distinct from valid_to + 1
;

-- name: an indicator has one accountable agency, the owner of its source
select indicators.indicator, indicators.owner, sources.owner as owner_of_source
from indicators
left join sources using (source)
where indicators.owner is null or indicators.owner is distinct from sources.owner
union all
select indicator, min(owner), max(owner)
from indicators
group by indicator
having count(*) != 1
;

-- name: an indicator's cell has one value
select indicator, area, period_start, count(*) as cells
from indicator_values
group by all
having count(*) != 1
;

-- name: only indicators of a published step have values
select indicator, step
from indicators
where not published and indicator in (select indicator from indicator_values)
;

-- name: a value rests on extracts of its own sources
select distinct used.indicator, used.extract, extracts.source
from
    (
        select distinct indicator, unnest(extracts) as extract, source as sources
        from indicator_values
        where value is not null
    ) as used
left join extracts using (extract)
where
    extracts.source is null or not list_contains(string_split(used.sources, ', '), extracts.source)
;

-- name: a comparison source owns no fact
select data_element, source
from data_elements
inner join sources using (source)
where role = 'comparison'
;

-- name: a held value is not released
select indicator, area, period, value, reason
from indicator_values
where reason = 'held' and value is not null
;

-- name: what is published was not signed before its definition stood
select signed.indicator, signed.step, signed.agency, signed.signed_on, history.first_stood_on
from sign_offs as signed
semi join (from indicators where published) as published using (indicator)
inner join definition_history as history using (indicator, definition)
where history.today and signed.signed_on < history.first_stood_on
;

-- name: every number is finite
-- Each table with the columns in which a number could be infinite, or none.
select table_name, list(column_name order by column_index)
from duckdb_columns()
where schema_name = 'main' and data_type in ('DOUBLE', 'FLOAT') and not internal
group by table_name
order by table_name
;
