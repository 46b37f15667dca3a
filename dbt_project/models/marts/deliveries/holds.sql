-- Grain: hold: what keeps values from being released tonight, and whose it is to put right.
with
    indicator_values as (select * from {{ ref("indicator_values") }}),

    int_holds as (select * from {{ ref("int_holds") }}),

    sources as (select * from {{ ref("sources") }}),

    held as (select unnest(holds) as hold, indicator, area, period_start from indicator_values),

    counted as (
        select hold, count(distinct indicator) as indicators, count(*) as cells
        from held
        group by hold
    ),

    elements as (
        select hold, string_agg(distinct data_element, ', ' order by data_element) as data_elements
        from int_holds
        group by hold
    )

select
    counted.hold,
    split_part(counted.hold, ':', 1) as cause,
    split_part(split_part(counted.hold, ':', 2), '/', 1) as source,
    sources.owner,
    nullif(split_part(counted.hold, '/', 2), '') as subject,
    if(cause = 'bounds', split_part(counted.hold, '/', 2), elements.data_elements) as data_elements,
    counted.indicators,
    counted.cells
from counted
inner join
    sources as sources on split_part(split_part(counted.hold, ':', 2), '/', 1) = sources.source
left join elements on counted.hold = elements.hold
