-- Grain: kind × period, from the first period that anything is about to the one that
-- holds the day of the refresh.
with
    int_observations as (select * from {{ ref("int_observations") }}),

    indicators as (select * from {{ source("registry", "indicators") }}),

    refresh as (select * from {{ source("registry", "refresh") }}),

    first_days as (
        select period_kind, min(period_start) as first_day
        from int_observations
        group by period_kind
        union all
        select frequency, min(expected_from)
        from indicators
        group by frequency
    ),

    spans as (
        -- A lagged operand and a longer kind may begin before the first observation's kind.
        select kinds.kind, min(first_days.first_day) as first_day
        from (select unnest(['day', 'month', 'quarter', 'half_year', 'year']) as kind) as kinds
        inner join
            first_days
            on {{ period_length("first_days.period_kind") }} <= {{ period_length("kinds.kind") }}
            or first_days.period_kind = kinds.kind
        group by kinds.kind
    ),

    days as (
        select
            kind,
            unnest(
                generate_series(
                    {{ period_start_of("kind", "first_day") }}::timestamp,
                    refresh.as_of::timestamp,
                    case
                        kind
                        when 'day'
                        then interval 1 day
                        when 'month'
                        then interval 1 month
                        when 'quarter'
                        then interval 3 months
                        when 'half_year'
                        then interval 6 months
                        else interval 1 year
                    end
                )
            )::date as period_start
        from spans
        cross join refresh
    )

select
    kind as period_kind,
    period_start,
    {{ period_end_of("kind", "period_start") }} as period_end,
    {{ period_label("kind", "period_start") }} as period
from days
