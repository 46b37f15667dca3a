-- Grain: composite × area × period that has a rank among areas of its kind and their peers, with
-- the interval of the rank where the composite declares what is uncertain (the latest periods).
{{ config(meta={"kept_by": "indicator"}) }}
with
    indicator_values as (
        select * from {{ ref("indicator_values") }} where {{ is_changed("indicator") }}
    ),

    int_composite_stages as (
        select * from {{ ref("int_composite_stages") }} where {{ is_changed("indicator") }}
    ),

    areas as (select * from {{ source("registry", "areas") }}),

    stands as ({{ registered_areas("areas") }}),

    measures as ({{ published_measures() }}),

    intervals as (
        select
            indicator,
            period_start,
            subject as area,
            {{ measure("rank_low") }} as rank_low,
            {{ measure("rank_median") }} as rank_median,
            {{ measure("rank_high") }} as rank_high,
            {{ measure("rank_met") }} as rank_met,
            {{ measure("rank_ranked") }} as draws
        from measures
        where measure like 'rank_%'
        group by indicator, period_start, area
    ),

    sampled as (
        select
            indicator,
            period_start,
            {{ measure("sampled") }}::integer as components_sampled,
            case
                when components_sampled = 0
                then 'method'
                when {{ measure("varied") }} = 1
                then 'method_and_chance'
                else 'chance'
            end as interval_of
        from measures
        where measure in ('sampled', 'varied')
        group by indicator, period_start
    ),

    ranks as ({{ published_stage("ranked") }})

select
    ranks.indicator,
    ranks.version,
    ranks.area,
    ranks.period_kind,
    ranks.period_start,
    ranks.period,
    own.value,
    own.state,
    coalesce(stages.mark = 'imputed', false) as imputed,
    ranks.value as rank,
    count(*) over (
        partition by ranks.indicator, {{ kind_of_peers("areas.kind") }}, ranks.period_start
    ) as units,
    {{ all_peers() }} as units_all,
    intervals.rank_low,
    intervals.rank_median,
    intervals.rank_high,
    intervals.rank_met,
    intervals.draws::integer as draws,
    sampled.interval_of,
    sampled.components_sampled,
    own.synthetic
from ranks
inner join
    indicator_values as own
    on ranks.indicator = own.indicator
    and ranks.area = own.area
    and ranks.period_start = own.period_start
inner join
    int_composite_stages as stages
    on stages.stage = 'aggregated'
    and ranks.indicator = stages.indicator
    and ranks.version = stages.version
    and ranks.area = stages.area
    and ranks.period_start = stages.period_start
inner join areas on ranks.area = areas.area
left join
    intervals
    on ranks.indicator = intervals.indicator
    and ranks.area = intervals.area
    and ranks.period_start = intervals.period_start
left join
    sampled
    on intervals.indicator = sampled.indicator
    and intervals.period_start = sampled.period_start
    {{ join_counts("areas.kind", period_end_of("ranks.period_kind", "ranks.period_start")) }}
