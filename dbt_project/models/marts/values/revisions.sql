-- Grain: indicator × area × period × release that changed a value published before.
-- The last bits of binary arithmetic are no revision. Of a cell that is suppressed today no earlier
-- value is told: it may be what it is suppressed for.
{{ config(meta={"kept_by": "indicator"}) }}
with
    indicator_values as (
        select * from {{ ref("indicator_values") }} where {{ is_changed("indicator") }}
    ),

    areas as (select * from {{ source("registry", "areas") }}),

    stg_published_revisions as (
        select * from {{ ref("stg_published_revisions") }} where {{ is_changed("indicator") }}
    ),

    stg_published_values as (
        select * from {{ ref("stg_published_values") }} where {{ is_changed("indicator") }}
    ),

    refresh as (select * from {{ source("registry", "refresh") }}),

    now as (
        select values.*, areas.borders from indicator_values as values inner join areas using (area)
    ),

    told as (
        select *
        from stg_published_revisions
        union all by name
        select
            before.indicator,
            before.area,
            before.period_kind,
            before.period_start,
            before.period,
            before.value as old_value,
            now.value as new_value,
            now.reason as new_reason,
            before.release as old_release,
            refresh.release as new_release,
            refresh.as_of as revised_on,
            case
                when now.indicator is null or now.method != before.method
                then 'method'
                when now.borders != before.borders
                then 'border'
                when now.corrections != before.corrections
                then 'correction'
                else 'new_data'
            end as cause
        from stg_published_values as before
        cross join refresh
        left join now using (indicator, area, period_start)
        where
            before.published_in is not null
            and (
                (before.value is null) != (now.value is null)
                or {{ settled("now.value") }} != {{ settled("before.value") }}
            )
        union all by name
        -- What was withdrawn with its definition and is published again.
        select
            now.indicator,
            now.area,
            now.period_kind,
            now.period_start,
            now.period,
            null::double as old_value,
            now.value as new_value,
            null::varchar as new_reason,
            withdrawn.release as old_release,
            refresh.release as new_release,
            refresh.as_of as revised_on,
            withdrawn.cause
        from now
        cross join refresh
        inner join
            (
                select
                    indicator,
                    area,
                    period_start,
                    max(new_release) as release,
                    max_by(cause, new_release) as cause,
                    max_by(new_value is null, new_release) as is_gone
                from stg_published_revisions
                group by all
            ) as withdrawn using (indicator, area, period_start)
        where
            withdrawn.is_gone
            and now.value is not null
            and not exists (
                select *
                from stg_published_values as before
                where
                    before.indicator = now.indicator
                    and before.area = now.area
                    and before.period_start = now.period_start
            )
    )

select
    told.* replace (
        if(hidden.area is null, told.old_value, null) as old_value,
        if(hidden.area is null, told.new_value, null) as new_value
    )
from told
left join
    (select indicator, area, period_start from now where state = 'suppressed') as hidden using (
        indicator, area, period_start
    )
