-- Grain: pair of definitions that say the same: by formula, or in all of their data.
with
    int_area_values as (select * from {{ ref("int_area_values") }}),

    int_indicator_values as (select * from {{ ref("int_indicator_values") }}),

    duplicates as (select * from {{ source("registry", "duplicates") }}),

    series as (
        select 'data_element' as kind, data_element as name, area, period_kind, period_start, value
        from int_area_values
        where value is not null
        union all
        select 'indicator', indicator, area, period_kind, period_start, value
        from int_indicator_values
        where value is not null and of_its_time
    ),

    sizes as (
        select
            kind,
            name,
            period_kind,
            count(*) as cells,
            max_by({'area':area, 'period_start':period_start, 'value':value}, value) as highest
        from series
        group by all
        having count(*) >= 24
    ),

    -- Two series are the same when every cell of the shorter one stands in the longer one: its
    -- highest, too, and few have that in common.
    likely as materialized(
        select own.kind, own.period_kind, own.name, own.cells, longer.name as longer
        from sizes as own
        inner join
            series as longer
            on own.kind = longer.kind
            and own.period_kind = longer.period_kind
            and own.highest.area = longer.area
            and own.highest.period_start = longer.period_start
            and {{ settled("own.highest.value") }} = {{ settled("longer.value") }}
            and own.name != longer.name
    ),

    figures as materialized(
        select kind, period_kind, name, area, period_start, {{ settled("value") }} as value
        from series
        where name in (select unnest([name, longer]) from likely)
    ),

    -- Ten different values in two dozen cells are no coincidence; constants would be.
    pairs as (
        select distinct
            likely.kind,
            likely.period_kind,
            least(name, longer) as name,
            greatest(name, longer) as other,
            cells
        from likely
        inner join figures as own using (kind, period_kind, name)
        inner join
            figures as beside
            on likely.kind = beside.kind
            and likely.period_kind = beside.period_kind
            and likely.longer = beside.name
            and own.area = beside.area
            and own.period_start = beside.period_start
            and own.value = beside.value
        group by likely.kind, likely.period_kind, name, longer, cells
        having count(*) = cells and count(distinct own.value) >= 10
    )

select indicator as name, other, 'indicator' as kind, relation, null::bigint as cells_shared
from duplicates
union all
select name, other, kind, 'same_in_data', cells
from pairs
where
    (name, other) not in (
        select (indicator, other)
        from duplicates
        union all
        select (other, indicator)
        from duplicates
    )
