-- name: indicator
select
    indicators.*,
    definitions.formula as formula_of_its_time,
    definitions.decision as decision_of_its_time
from indicators
left join
    indicator_values as cells
    on indicators.indicator = cells.indicator
    and area = $2
    and period_start = $3
left join
    indicator_definitions as definitions
    on indicators.indicator = definitions.indicator
    and coalesce(cells.version, indicators.version) = definitions.version
where indicators.indicator = $1
;

-- name: age
-- The newest sound figure of an area, on the release's day; of any other nothing is said.
select latest_values.*, as_of
from latest_values
cross join release_info
where indicator = $1 and area = $2 and sound_period_start = $3
;

-- name: outlook
-- Of the target of its year, while this is the newest sound figure.
select *
from progress
where indicator = $1 and area = $2 and period_start = $3
;

-- name: owed
-- What sources should have delivered since, the first of each.
select source, owner, min_by(period, period_start) as period
from deliveries
where
    list_contains($1::varchar[], source)
    and state in ('late', 'refused')
    and period_start > $2::date
group by source, owner
order by source
;

-- name: behind
-- An area without figures of its own is the sum of its parts.
from observations
inner join areas using (area)
where
    data_element = $1
    and (
        area = $2
        or (
            area in (select part from area_parts where area_parts.area = $2)
            and not exists (
                from observations as own
                where
                    own.data_element = $1
                    and own.area = $2
                    and own.period_start = observations.period_start
            )
        )
    )
;

-- name: operand
select *
from operand_values
where data_element = $1 and frequency = $2 and span = $3 and area = $4 and period_start = $5
;

-- name: by_chance
-- Of each rule that asks for evidence: of how many areas chance alone warns in a period at most,
-- among how many.
select limits.rule, limits.chance * count(*) as alarms, count(*) as judged
from indicator_values as cells
inner join limits on cells.indicator = limits.indicator and cells.version = limits.version
where
    cells.indicator = $1
    and cells.period_start = $2
    and cells.value is not null
    and limits.chance is not null
group by limits.rule, limits.chance
order by limits.rule
;
