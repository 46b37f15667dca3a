-- Grain: scope × key: the worst open warning and how many there are. A parent is as bad as its
-- worst child: a composite counts its components at any depth, an area tells of those below it.
with recursive
    indicators as (select * from {{ ref("indicators") }}),

    declared_indicators as (select * from {{ source("registry", "indicators") }}),

    indicator_terms as (select * from {{ source("registry", "indicator_terms") }}),

    areas as (select * from {{ source("registry", "areas") }}),

    refresh as (select * from {{ source("registry", "refresh") }}),

    sectors as (select * from {{ source("registry", "sectors") }}),

    agencies as (select * from {{ source("registry", "agencies") }}),

    warnings as (select * from {{ ref("warnings") }}),

    int_data_states as (select * from {{ ref("int_data_states") }}),

    parts as (
        select indicator as composite, indicator as part
        from indicators
        where indicator_group = 'composite'
        union
        select parts.composite, terms.operand
        from parts
        inner join
            declared_indicators as definitions
            on parts.part = definitions.indicator
            and definitions.today
        inner join
            indicator_terms as terms
            on definitions.indicator = terms.indicator
            and definitions.version = terms.version
            and terms.role = 'component'
    ),

    scopes as (
        select 'all' as scope, 'all' as scope_key
        union all
        select unnest(['province', 'commune']) as scope, scope as scope_key
        union all
        select 'area', areas.area
        from areas
        cross join refresh
        where
            areas.kind in ('province', 'commune')
            and refresh.as_of between coalesce(areas.valid_from, refresh.as_of) and coalesce(
                areas.valid_to, refresh.as_of
            )
        union all
        select 'indicator_group', unnest(['input', 'process', 'output', 'impact', 'composite'])
        union all
        select 'sector', sector
        from sectors
        union all
        select 'agency', agency
        from agencies
        union all
        select 'indicator', indicator
        from indicators
        union all
        select 'composite', indicator
        from indicators
        where indicator_group = 'composite'
    ),

    -- Warnings and cells whose newest data are not fresh, with all that they belong to.
    counted as (
        select
            indicator,
            indicator_group,
            area,
            sector,
            owner,
            level,
            life,
            action_overdue,
            false as is_held,
            shared_by is not null as is_shared,
            weight
        from warnings
        where open and data_state != 'old'
        union all
        select
            states.indicator,
            indicators.indicator_group,
            states.area,
            indicators.sector,
            indicators.owner,
            null::varchar,
            null::varchar,
            false,
            true,
            false,
            null::double
        from int_data_states as states
        inner join indicators as indicators using (indicator)
        where states.data_state not in ('fresh', 'old')
    ),

    placed as (
        select
            unnest(
                [
                    {'scope':'all', 'scope_key':'all'},
                    {'scope':areas.kind, 'scope_key':areas.kind},
                    {'scope':'area', 'scope_key':counted.area},
                    {'scope':'indicator_group', 'scope_key':counted.indicator_group},
                    {'scope':'sector', 'scope_key':counted.sector},
                    {'scope':'agency', 'scope_key':counted.owner},
                    {'scope':'indicator', 'scope_key':counted.indicator}
                ],
                recursive := true
            ),
            counted.*,
            areas.kind = 'commune' as of_commune
        from counted
        left join areas using (area)
        union all
        select 'composite', parts.composite, counted.*, false
        from counted
        inner join parts on counted.indicator = parts.part
    ),

    below as (
        select areas.parent as area, max(warnings.level = 'red') as is_red
        from warnings as warnings
        inner join areas using (area)
        where warnings.open and warnings.data_state != 'old' and areas.parent is not null
        group by areas.parent
    )

select
    scopes.scope,
    scopes.scope_key,
    case
        when bool_or(placed.level = 'red') then 'red' when count(placed.level) > 0 then 'yellow'
    end as level,
    case
        when scopes.scope = 'area'
        then if(any_value(below.is_red), 'red', if(any_value(below.area) is null, null, 'yellow'))
    end as level_below,
    case
        when bool_or(placed.level = 'red' and not placed.is_shared)
        then 'red'
        when bool_or(placed.level = 'yellow' and not placed.is_shared)
        then 'yellow'
    end as own_level,
    count(*) filter (where placed.level = 'red' and not placed.is_shared) as own_red,
    count(*) filter (where placed.level = 'yellow' and not placed.is_shared) as own_yellow,
    max(placed.weight) filter (where not placed.is_shared) as heaviest,
    if(
        scopes.scope = 'indicator',
        count(distinct placed.area) filter (where placed.level is not null and placed.of_commune),
        null
    ) as communes,
    count(*) filter (where placed.level = 'red') as red,
    count(*) filter (where placed.level = 'yellow') as yellow,
    count(*) filter (where placed.life in ('raised', 'reopened')) as unanswered,
    count(*) filter (where placed.action_overdue) as overdue,
    count(*) filter (where placed.is_held) as held
from scopes
left join placed using (scope, scope_key)
left join below on scopes.scope = 'area' and scopes.scope_key = below.area
group by scopes.scope, scopes.scope_key
