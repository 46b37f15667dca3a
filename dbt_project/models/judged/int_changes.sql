-- Grain: indicator × area × period that has a value: how far it moved since the period
-- before and since the same period of the year before. A gap or another method gives no change
-- and a reason; a year to date is compared with the same months of last year alone.
{{ config(meta={"kept_by": "indicator"}) }}
with
    int_judged_values as (
        select * from {{ ref("int_judged_values") }} where {{ is_changed("indicator") }}
    ),

    published as (
        select
            *,
            {{ period_before("period_kind", "period_start") }} as start_before,
            (period_start - interval 1 year)::date as start_last_year,
            span_kind = 'year_to_date' as runs_on
        from int_judged_values
        where breakdown is null and value is not null
    )

select
    published.indicator,
    published.area,
    published.period_kind,
    published.period_start,
    {{ period_label("published.period_kind", "published.period_start") }} as period,
    published.value,
    {%- for name, is_not_asked in [("previous", "published.runs_on"), ("last_year", "false")] %}
        {{ name }}.value as {{ name }}_value,
        case
            when {{ is_not_asked }}
            then 'runs_on'
            when {{ name }}.value is null
            then 'no_value'
            when {{ name }}.method != published.method
            then 'other_method'
        end as {{ name }}_gap,
        if(
            {{ name }}_gap is null, {{ difference("published.value", name ~ ".value") }}, null
        ) as {{ name }}_change,
        coalesce(
            {{ name }}_gap,
            case
                when {{ settled(name ~ ".value") }} = 0
                then 'zero_base'
                when {{ name }}.value < 0
                then 'negative_base'
            end
        ) as {{ name }}_percent_gap,
        if(
            {{ name }}_percent_gap is null,
            {{ finite("100 * " ~ name ~ "_change / " ~ name ~ ".value") }},
            null
        ) as {{ name }}_change_percent{{ ',' if not loop.last }}
    {%- endfor %}
from published
left join
    published as previous
    on published.indicator = previous.indicator
    and published.area = previous.area
    and published.start_before = previous.period_start
left join
    published as last_year
    on published.indicator = last_year.indicator
    and published.area = last_year.area
    and published.start_last_year = last_year.period_start
