-- Grain: agreed correction of one delivered cell, and what has become of it.
with
    corrections as (select * from {{ source("registry", "corrections") }}),

    int_observations as (select * from {{ ref("int_observations") }}),

    int_suppressions as (select * from {{ ref("int_suppressions") }}),

    data_elements as (select * from {{ source("registry", "data_elements") }}),

    refresh as (select * from {{ source("registry", "refresh") }}),

    delivered as (
        select
            corrections.*,
            observations.delivered_value,
            observations.extract,
            observations.source is not null as found
        from corrections
        left join
            int_observations as observations using (
                data_element, area, period_kind, period_start, source
            )
    )

select
    correction,
    delivered.source,
    data_element,
    area,
    period_kind,
    period_start,
    {{ period_label("period_kind", "period_start") }} as period,
    {%- for name in ["old_value", "new_value", "delivered_value"] %}
        {{
            unless_hidden(
                "delivered." ~ name,
                "delivered.old_value",
                "delivered.new_value",
                "delivered.delivered_value",
            )
        }} as {{ name }},
    {%- endfor %}
    case
        when withdrawn_on <= as_of
        then 'withdrawn'
        when agreed_on > as_of
        then 'agreed_for_later'
        when not found
        then 'awaiting_delivery'
        when
            {{ settled("delivered.delivered_value") }}
            is not distinct from {{ settled("delivered.new_value") }}
        then 'closed'
        when
            {{ settled("delivered.delivered_value") }}
            is not distinct from {{ settled("delivered.old_value") }}
        then 'in_force'
        else 'overtaken'
    end as state,
    reason,
    agreed_by,
    agreed_on,
    source_told_on,
    withdrawn_on
from delivered
cross join refresh
left join data_elements as elements using (data_element)
left join int_suppressions as hidden using (data_element, area, period_kind, period_start)
