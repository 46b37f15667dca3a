-- Grain: source × measure × what is counted (of a period, where the figures of one are told): what
-- the cells of a source say of how well it delivers, as parts that `quality` adds up. Kept by
-- source, because it alone of all that quality is made of reads every figure.
-- Past 200 lines, because all measures of one pass over the cells stand in one node.
{{ config(meta={"kept_by": "source"}) }}
with
    int_observations as (
        select * from {{ ref("int_observations") }} where {{ is_changed("source") }}
    ),

    int_holds as (select * from {{ ref("int_holds") }}),

    int_suppressions as (select * from {{ ref("int_suppressions") }}),

    int_deliveries as (select * from {{ ref("int_deliveries") }} where {{ is_changed("source") }}),

    extracts as (select * from {{ source("ledger", "extracts") }} where {{ is_changed("source") }}),

    data_elements as (
        select * from {{ source("registry", "data_elements") }} where {{ is_changed("source") }}
    ),

    areas as (select * from {{ source("registry", "areas") }}),

    refresh as (select * from {{ source("registry", "refresh") }}),

    -- Sources that owe periods, and those that only send when there is something.
    owing as (
        select source, period_start
        from int_deliveries
        cross join refresh
        where delivered or held or due_date < as_of
    ),

    newest as (
        select source, (max(period_start) - interval 1 year)::date as year_before
        from
            (
                select *
                from owing
                union all
                select source, period_start
                from extracts
                where standing in ('in_force', 'superseded') and period_start is not null
            )
        group by source
    ),

    told_of as (
        select data_element, source, unnest(area_kinds) as kind,
        from data_elements
        where source in (select source from owing)
    ),

    holds as (
        select data_element, area, period_kind, period_start, bool_or(withheld) as withheld
        from int_holds
        group by all
    ),

    observed as (
        select
            observations.source,
            observations.data_element,
            observations.area,
            observations.period_kind,
            observations.period_start,
            areas.kind,
            areas.valid_to is null as stands,
            holds.withheld is not null as held,
            if(
                coalesce(holds.withheld, false) or hidden.area is not null, null, observations.value
            ) as value,
            -- What nobody may read has been told all the same.
            observations.value is not null
            or coalesce(holds.withheld, false)
            or hidden.area is not null
            or observations.absence <> 'missing' as told
        from int_observations as observations
        inner join areas using (area)
        left join holds using (data_element, area, period_kind, period_start)
        left join int_suppressions as hidden using (data_element, area, period_kind, period_start)
    ),

    -- Cells of an element by kind of areas; whether these still stand.
    cells as (
        select
            source,
            data_element,
            period_kind,
            period_start,
            kind,
            stands,
            count(*) filter (where told) as told,
            count(*) filter (where held) as held
        from observed
        group by all
    ),

    -- Series of a contract (CC2): an element in areas of one kind. It breaks where a period is
    -- missing, and at a merger, where areas end.
    told_in as (
        select source, data_element, period_kind, period_start, kind, stands
        from cells
        where told > 0 and source in (select source from owing)
    ),

    -- How many breaks are newer than a period: none of those that can be compared.
    broken as (
        select
            *,
            count(*) filter (where found_before <> start_before) over (
                partition by source, data_element, period_kind, kind
                order by period_start desc
                rows between unbounded preceding and 1 preceding
            ) as newer_breaks
        from
            (
                select
                    *,
                    {{ period_before("period_kind", "period_start") }} as start_before,
                    lag(period_start) over (
                        partition by source, data_element, period_kind, kind order by period_start
                    ) as found_before
                from told_in
                where stands
            )
    ),

    -- The year up to the newest period.
    recent as (
        select observed.*
        from observed
        inner join newest using (source)
        where period_start > year_before
    ),

    -- Months of counts by how many standard deviations they lie from the mean of their area's
    -- twelve. Lists, because a window would sort them all by two texts.
    spreads as (
        select
            source,
            list(value) as months,
            avg(value) as centre,
            nullif(stddev_samp(value), 0) as spread
        from recent
        semi join
            (
                select data_element
                from data_elements
                where counted and over_time = 'sum' and whole is null
            ) as counted using (data_element)
        where value is not null and period_kind = 'month'
        group by source, data_element, area
        having count(*) >= 8
    ),

    outliers as (
        select
            source,
            sum(len(months)) as tested,
            sum(len(list_filter(months, lambda v:abs(v - centre) >= 2 * spread))) as away,
            sum(len(list_filter(months, lambda v:abs(v - centre) >= 3 * spread))) as extreme
        from spreads
        group by source
    ),

    facts as (
        select
            source,
            'cells_held' as measure,
            period_start,
            sum(held)::double as part,
            sum(told)::double as whole,
            null as amount
        from cells
        group by source, period_start
        union all
        select source, 'comparable_length', null, null, 1, count(*)
        from broken
        where newer_breaks = 0
        group by source, data_element, period_kind, kind
        union all
        -- At a merger the areas of an element end.
        select source, 'series_breaks', null, (not bool_and(stands))::integer, 1, null
        from told_in
        group by source, data_element
        union all
        -- Areas that a contract expects and that told nothing in the year up to the newest period.
        select expected.source, 'areas_silent', null, (reporting.area is null)::integer, 1, null
        from (select distinct source, kind from told_of) as expected
        inner join newest using (source)
        inner join areas on expected.kind = areas.kind and areas.valid_to is null
        left join
            (select distinct source, area from recent where told) as reporting
            on expected.source = reporting.source
            and areas.area = reporting.area
        union all
        -- The registry against deliveries: data elements, for each kind of areas that stands, that
        -- a contract declares and of which something was told in the year up to the newest period.
        select
            told_of.source,
            'elements_delivered',
            null,
            coalesce(bool_or(told_in.period_start > year_before), false)::integer,
            1,
            null
        from told_of
        inner join newest using (source)
        left join told_in using (source, data_element, kind)
        where kind in (select kind from areas where valid_to is null)
        group by told_of.source, data_element, kind
        union all
        select source, 'outliers_moderate', null, away - extreme, tested, null
        from outliers
        union all
        select source, 'outliers_extreme', null, extreme, tested, null
        from outliers
    )

select *
from facts
