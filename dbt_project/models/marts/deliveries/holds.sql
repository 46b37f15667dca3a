-- Grain: hold: what keeps values from being released tonight, and whose it is to put right.
with
    indicator_values as (select * from {{ ref("indicator_values") }}),

    int_holds as (select * from {{ ref("int_holds") }}),

    sources as (select * from {{ ref("sources") }}),

    indicator_terms as (select * from {{ ref("indicator_terms") }}),

    held as (select unnest(holds) as hold, indicator, area, period_start from indicator_values),

    counted as (
        select
            hold,
            split_part(hold, ':', 1) as cause,
            nullif(split_part(hold, '/', 2), '') as subject,
            count(distinct indicator) as indicators,
            count(*) as cells
        from held
        group by hold
    ),

    elements as (
        select hold, string_agg(distinct data_element, ', ' order by data_element) as data_elements
        from int_holds
        group by hold
    ),

    -- A value outside of its range is told with everything that it was computed from.
    operands as (
        select indicator, string_agg(distinct operand, ', ' order by operand) as operands
        from indicator_terms
        group by indicator
    )

select
    counted.hold,
    counted.cause,
    split_part(split_part(counted.hold, ':', 2), '/', 1) as source,
    sources.owner,
    counted.subject,
    case
        counted.cause
        when 'bounds'
        then counted.subject
        when 'range'
        then operands.operands
        else elements.data_elements
    end as data_elements,
    counted.indicators,
    counted.cells
from counted
inner join
    sources as sources on split_part(split_part(counted.hold, ':', 2), '/', 1) = sources.source
left join elements on counted.hold = elements.hold
left join operands on counted.cause = 'range' and counted.subject = operands.indicator
