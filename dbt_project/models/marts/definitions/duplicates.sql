-- Grain: pair of definitions that say the same: by formula, or in all of their data.
with
    int_area_values as (select * from {{ ref("int_area_values") }}),

    int_indicator_values as (select * from {{ ref("int_indicator_values") }}),

    duplicates as (select * from {{ source("registry", "duplicates") }}),

    series as (
        select
            'data_element' as kind,
            data_element as name,
            area,
            period_kind,
            period_start,
            {{ settled("value") }} as value
        from int_area_values
        where value is not null
        union all
        select 'indicator', indicator, area, period_kind, period_start, {{ settled("value") }}
        from int_indicator_values
        where value is not null and of_its_time
    ),

    sizes as (
        select kind, name, period_kind, count(*) as cells, count(distinct value) as values_seen
        from series
        group by all
    ),

    -- Two series are the same when every cell of the shorter one stands in the longer one.
    -- Ten different values in two dozen cells are no coincidence; constants would be.
    pairs as (
        select one.kind, one.name, other.name as other, one.period_kind, count(*) as cells_shared
        from series as one
        inner join
            series as other
            on one.kind = other.kind
            and one.period_kind = other.period_kind
            and one.area = other.area
            and one.period_start = other.period_start
            and one.value = other.value
            and one.name < other.name
        group by all
        having count(*) >= 24
    )

select indicator as name, other, 'indicator' as kind, relation, null::bigint as cells_shared
from duplicates
union all
select pairs.name, pairs.other, pairs.kind, 'same_in_data', pairs.cells_shared
from pairs
inner join sizes as one using (kind, name, period_kind)
inner join
    sizes as other
    on pairs.kind = other.kind
    and pairs.other = other.name
    and pairs.period_kind = other.period_kind
where
    pairs.cells_shared = least(one.cells, other.cells)
    and least(one.values_seen, other.values_seen) >= 10
    and (pairs.name, pairs.other) not in (
        select (indicator, other)
        from duplicates
        union all
        select (other, indicator)
        from duplicates
    )
