-- Grain: measure × indicator group × sector, with totals where one of them is empty: how many
-- there are. What is counted of the whole release has totals only.
with
    latest_values as (select * from {{ ref("latest_values") }}),

    indicator_values as (select * from {{ ref("indicator_values") }}),

    refresh as (select * from {{ source("registry", "refresh") }}),

    revisions as (select * from {{ ref("revisions") }}),

    sources as (select * from {{ ref("sources") }}),

    deliveries as (select * from {{ ref("deliveries") }}),

    extracts as (select * from {{ source("ledger", "extracts") }}),

    holds as (select * from {{ ref("holds") }}),

    standing as (
        select indicator_group, sector, judgement as measure
        from latest_values
        where area_kind = 'province'
    ),

    standing_counts as (
        select measure, indicator_group, sector, count(*) as counted
        from
            (
                select *
                from standing
                union all
                select indicator_group, sector, 'indicators'
                from standing
            )
        group by
            grouping sets (
                (measure),
                (measure, indicator_group),
                (measure, sector),
                (measure, indicator_group, sector)
            )
    ),

    measures as (
        select
            unnest(
                [
                    'indicators',
                    'red',
                    'yellow',
                    'unsure',
                    'green',
                    'reached',
                    'no_limits',
                    'old',
                    'held',
                    'late',
                    'no_value'
                ]
            ) as measure
    ),

    whole as (
        {%- for measure, counted in [
            ("new_values", "count(*) filter (where published_in= release)"),
            ("values", "count(value)"),
            ("synthetic_values", "count(value) filter (where synthetic)"),
        ] %}
            select '{{ measure }}' as measure, {{ counted }} as counted
            from indicator_values
            cross join refresh
            union all
        {%- endfor %}
        select 'revised_values', count(*) filter (where new_value is not null)
        from revisions
        cross join refresh
        where new_release = release
        union all
        select 'taken_back', count(*) filter (where new_value is null)
        from revisions
        cross join refresh
        where new_release = release
        union all
        select 'sources', count(*)
        from sources
        union all
        select 'sources_late', count(distinct source)
        from deliveries
        where state = 'late'
        union all
        select 'sources_refused', count(distinct source)
        from deliveries
        where state = 'refused'
        union all
        select 'extracts_in_force', count(*)
        from extracts
        where standing = 'in_force'
        union all
        select 'holds', count(*)
        from holds
    )

select
    measures.measure,
    null::varchar as indicator_group,
    null::varchar as sector,
    coalesce(counts.counted, 0) as count
from measures
left join
    standing_counts as counts
    on measures.measure = counts.measure
    and counts.indicator_group is null
    and counts.sector is null
union all
select measure, indicator_group, sector, counted
from standing_counts
where indicator_group is not null or sector is not null
union all
select measure, null, null, counted
from whole
