-- Grain: composite × component × area × period in which the component has a figure: how far that
-- figure moved since the period before, beside the movement of the composite. A composite
-- without a method puts its components together as they stand. Another definition gives no
-- change.
{{ config(meta={"kept_by": "indicator"}) }}
with
    composite_normalised as (
        select * from {{ ref("composite_normalised") }} where {{ is_changed("indicator") }}
    ),

    composite_aggregated as (
        select * from {{ ref("composite_aggregated") }} where {{ is_changed("indicator") }}
    ),

    composite_components as (select * from {{ source("registry", "composite_components") }}),

    indicator_values as (select * from {{ ref("indicator_values") }}),

    composite_methods as (select * from {{ source("registry", "composite_methods") }}),

    indicator_changes as (
        select * from {{ ref("indicator_changes") }} where {{ is_changed("indicator") }}
    ),

    figures as (
        select indicator, version, component, area, period_kind, period_start, value as normalised
        from composite_normalised
        where value is not null
        union all
        select
            own.indicator,
            own.version,
            components.component,
            own.area,
            own.period_kind,
            own.period_start,
            parts.value
        from composite_aggregated as own
        inner join
            composite_components as components
            on own.indicator = components.indicator
            and own.version = components.version
        inner join
            indicator_values as parts
            on components.component = parts.indicator
            and own.area = parts.area
            and own.period_kind = parts.period_kind
            and own.period_start = parts.period_start
        where
            parts.value is not null
            and (own.indicator, own.version)
            not in (select (indicator, version) from composite_methods)
    )

select
    figures.indicator,
    figures.version,
    figures.component,
    figures.area,
    figures.period_kind,
    figures.period_start,
    {{ period_label("figures.period_kind", "figures.period_start") }} as period,
    figures.normalised,
    before.normalised as previous_normalised,
    {{ difference("figures.normalised", "before.normalised") }} as change,
    changes.previous_change as value_change
from figures
left join
    figures as before
    on figures.indicator = before.indicator
    and figures.version = before.version
    and figures.component = before.component
    and figures.area = before.area
    and {{ period_before("figures.period_kind", "figures.period_start") }} = before.period_start
left join
    indicator_changes as changes
    on figures.indicator = changes.indicator
    and figures.area = changes.area
    and figures.period_start = changes.period_start
