-- Grain: indicator × area × period with a sound value, where a pace is declared and the year has
-- a target above zero: where the year should stand by the period's last day, where it stands in
-- percent of that, what its limits say of that, and what each month that is left must bring.
{{ config(meta={"kept_by": "indicator"}) }}
with
    paths as (select * from {{ source("registry", "paths") }}),

    limits as (select * from {{ source("registry", "limits") }}),

    declared_indicators as (select * from {{ source("registry", "indicators") }}),

    int_judged_values as (
        select * from {{ ref("int_judged_values") }} where {{ is_changed("indicator") }}
    ),

    shares as (
        select
            indicator,
            version,
            month,
            share_due as share_by_end,
            lag(share_due, 1, 0) over (
                partition by indicator, version order by month
            ) as share_before
        from paths
    ),

    reached as (
        select
            judged.indicator,
            judged.version,
            judged.area,
            judged.period_kind,
            judged.period_start,
            judged.value,
            judged.numerator,
            judged.denominator,
            methods.noise,
            methods.scale,
            {{ year_target() }} as target,
            {{ period_end_of("judged.period_kind", "judged.period_start") }} as last_day,
            day(last_day) / day(last_day(last_day)) as part_of_month
        from int_judged_values as judged
        inner join
            declared_indicators as methods using (indicator, version)
            {{ join_targets("judged", "judged.period_start") }}
        where
            judged.breakdown is null
            and judged.state in ('value', 'provisional')
            and {{ year_target() }} > 0
    )

select
    reached.indicator,
    reached.version,
    reached.area,
    reached.period_kind,
    reached.period_start,
    reached.value,
    reached.target,
    shares.share_before
    + (shares.share_by_end - shares.share_before) * reached.part_of_month as share_due,
    reached.target * share_due / 100 as value_due,
    if(value_due > 0, {{ finite("100 * reached.value / value_due") }}, null) as pace,
    if(
        limits.rule is null or pace is null,
        null,
        {{ colour_of("reached", settled("pace"), "limits", "value_due / 100") }}
    ) as status,
    13 - month(reached.last_day) - reached.part_of_month as months_left,
    if(
        months_left > 0, ({{ difference("reached.target", "reached.value") }}) / months_left, null
    ) as needed_a_month
from reached
inner join
    shares
    on reached.indicator = shares.indicator
    and reached.version = shares.version
    and month(reached.last_day) = shares.month
left join
    limits
    on reached.indicator = limits.indicator
    and reached.version = limits.version
    and limits.rule = 'pace'
