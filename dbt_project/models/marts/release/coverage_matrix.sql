-- Grain: group × sector: what is needed, proposed, agreed, computed, published and missing.
with
    int_indicator_values as (select * from {{ ref("int_indicator_values") }}),

    indicator_values as (select * from {{ ref("indicator_values") }}),

    indicators as (select * from {{ source("registry", "indicators") }}),

    sources as (select * from {{ source("registry", "sources") }}),

    standings as (select * from {{ source("process", "standings") }}),

    needs as (select * from {{ ref("needs") }}),

    sectors as (select * from {{ source("registry", "sectors") }}),

    groups as (
        select unnest(['input', 'process', 'output', 'impact', 'composite']) as indicator_group
    ),

    computed as (
        select indicator, count(value) as values_computed
        from int_indicator_values
        group by indicator
    ),

    released as (
        select
            indicator,
            count(value) as values_released,
            string_agg(distinct missing_operands, ', ' order by missing_operands) filter (
                where reason = 'missing_operand'
            ) as missing_operands
        from indicator_values
        group by indicator
    ),

    counted as (
        select
            definitions.indicator_group,
            sources.sector,
            count(*) as proposed,
            count(*) filter (where standings.agreed) as agreed,
            count(*) filter (where computed.values_computed > 0) as computed,
            count(*) filter (where released.values_released > 0) as published,
            string_agg(released.missing_operands, ', ' order by released.missing_operands) filter (
                where released.values_released = 0
            ) as missing_operands
        from indicators as definitions
        inner join sources using (source)
        inner join standings using (indicator)
        left join computed using (indicator)
        left join released using (indicator)
        where definitions.today
        group by all
    ),

    needed as (
        select
            indicator_group,
            sector,
            count(*) as needs,
            count(*) filter (where state = 'no_indicator') as needs_without_indicator
        from needs
        group by all
    )

select
    groups.indicator_group,
    sectors.sector,
    sectors.name_vi as sector_vi,
    sectors.name_en as sector_en,
    coalesce(needed.needs, 0) as needs,
    coalesce(needed.needs_without_indicator, 0) as needs_without_indicator,
    coalesce(counted.proposed, 0) as proposed,
    coalesce(counted.agreed, 0) as agreed,
    coalesce(counted.computed, 0) as computed,
    coalesce(counted.published, 0) as published,
    counted.missing_operands
from groups
cross join sectors
left join counted using (indicator_group, sector)
left join needed using (indicator_group, sector)
