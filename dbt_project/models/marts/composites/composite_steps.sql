-- Grain: composite × component of it at any depth × area × period examined: the steps that raise
-- the area most, at most three, and the components that have no figure to start from.
with
    measures as ({{ published_measures() }}),

    composite_ranks as (select * from {{ ref("composite_ranks") }}),

    indicator_values as (select * from {{ ref("indicator_values") }}),

    steps as (
        select
            indicator,
            version,
            subject as area,
            other as component,
            period_kind,
            period_start,
            period,
            max(substr(measure, 9)) filter (where starts_with(measure, 'step_to ')) as mark,
            {{ measure("step_from") }} as component_value,
            max(value) filter (where starts_with(measure, 'step_to ')) as aim,
            {{ measure("step_gain") }} as gain,
            {{ measure("step_rank") }} as rank_after,
            {{ measure("step_gain_together") }} as gain_together,
            {{ measure("step_rank_together") }} as rank_together,
            max(substr(measure, 12)) filter (where starts_with(measure, 'step_lacks ')) as reason
        from measures
        where starts_with(measure, 'step_')
        group by all
    )

select
    steps.indicator,
    steps.version,
    steps.area,
    steps.component,
    steps.period_kind,
    steps.period_start,
    steps.period,
    if(
        steps.reason is null,
        row_number() over (
            partition by steps.indicator, steps.area, steps.period_start
            order by steps.gain desc nulls last, steps.component
        ),
        null
    )::integer as place,
    split_part(steps.mark, ' ', 1) as mark,
    nullif(split_part(steps.mark, ' ', 2), '') as grouping,
    steps.component_value,
    steps.aim,
    {{ difference("steps.aim", "steps.component_value") }} as step,
    steps.gain,
    composite_ranks.rank,
    if(composite_ranks.rank is null, null, steps.rank_after) as rank_after,
    composite_ranks.rank - steps.rank_after as places,
    steps.gain_together,
    if(composite_ranks.rank is null, null, steps.rank_together) as rank_together,
    steps.reason,
    own.synthetic
from steps
inner join
    indicator_values as own
    on steps.indicator = own.indicator
    and steps.area = own.area
    and steps.period_start = own.period_start
    and own.value is not null
    and not own.held
left join
    composite_ranks
    on steps.indicator = composite_ranks.indicator
    and steps.area = composite_ranks.area
    and steps.period_start = composite_ranks.period_start
