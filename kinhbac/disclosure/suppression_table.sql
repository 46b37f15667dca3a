-- name: families
-- Protected data elements, and those that a check of equality binds to them at any depth: what a
-- count must reach to be told, the strictest of the family.
with recursive
    bonds as (
        select one.data_element, other.data_element as beside
        from contract_check_terms as one
        inner join contract_check_terms as other using (source, contract_check)
        inner join contract_checks using (source, contract_check)
        where compare = 'equals'
    ),

    reached as (
        select data_element as family, data_element
        from data_elements
        where disclosed_from is not null
        union
        select reached.family, bonds.beside
        from reached
        inner join bonds using (data_element)
    ),

    named as (select data_element, min(family) as family from reached group by data_element)

select
    named.family,
    named.data_element,
    elements.*,
    max(disclosed_from) over (partition by named.family) as below
from named
inner join
    (select data_element, over_time, shared_by, disclosed_from from data_elements) as elements
    using (data_element)
;

-- name: cells
-- What would be told of them, and whether it is small: between nothing and what may be told. What
-- a running total has grown since the last one that is told is a count too.
with recursive
    told as (
        select
            families.family,
            families.below,
            families.over_time,
            families.disclosed_from,
            rolled.period_kind,
            rolled.period_start,
            rolled.data_element,
            rolled.area,
            rolled.value,
            row_number() over (
                partition by
                    rolled.data_element, rolled.area, rolled.period_kind, year(rolled.period_start)
                order by rolled.period_start
            ) as place
        from int_rolled_values as rolled
        inner join families using (data_element)
        where rolled.of_record and rolled.value is not null
    ),

    -- One after the other: `stands` is the running total that was last told in its year, `grown`
    -- what has come since the one before.
    running as (
        select
            data_element,
            area,
            period_kind,
            period_start,
            place,
            value as grown,
            coalesce(grown > 0 and grown < disclosed_from, false) as small,
            if(small, 0, value) as stands
        from told
        where over_time = 'cumulative' and place = 1
        union all
        select
            told.data_element,
            told.area,
            told.period_kind,
            told.period_start,
            told.place,
            told.value - running.stands as grown,
            coalesce(
                abs(told.value - running.stands) > 0
                and abs(told.value - running.stands) < told.disclosed_from,
                false
            ) as small,
            if(
                coalesce(
                    abs(told.value - running.stands) > 0
                    and abs(told.value - running.stands) < told.disclosed_from,
                    false
                ),
                running.stands,
                told.value
            )
        from running
        inner join
            told
            on running.data_element = told.data_element
            and running.area = told.area
            and running.period_kind = told.period_kind
            and year(running.period_start) = year(told.period_start)
            and running.place + 1 = told.place
    )

-- Who knows the last running total looks for what has come since: that is what must not be found.
-- A total that has fallen is no sum of what came; it is looked for as it stands.
select
    told.family,
    told.below,
    told.period_kind,
    told.period_start,
    told.data_element,
    told.area,
    if(running.grown >= 0, running.grown, told.value) as value,
    coalesce(running.small, false)
    or coalesce(told.value > 0 and told.value < told.disclosed_from, false) as is_small
from told
left join running using (data_element, area, period_kind, period_start)
;

-- name: rolled
-- Areas that are put together from their parts: the whole less its parts is nothing.
with
    wholes as (
        select families.family, rolled.*, families.shared_by
        from int_rolled_values as rolled
        inner join families using (data_element)
        where rolled.rolled_up and rolled.value is not null
    ),

    parts as (
        select
            wholes.family,
            wholes.period_kind,
            wholes.period_start,
            wholes.data_element || '/' || wholes.area as key,
            wholes.data_element,
            wholes.area as whole,
            parts.part,
            parts.share
        from wholes
        inner join
            area_parts as parts
            on wholes.area = parts.area
            and wholes.part_kind = parts.part_kind
            and wholes.shared_by is not distinct from parts.share_of
        inner join
            cells
            on wholes.data_element = cells.data_element
            and parts.part = cells.area
            and wholes.period_kind = cells.period_kind
            and wholes.period_start = cells.period_start
    )

select family, period_kind, period_start, key, data_element, part as area, share as times
from parts
union
select family, period_kind, period_start, key, data_element, whole, -1
from parts
;

-- name: bound
-- Checks of equality of each area: a whole and its categories, and what a contract says.
select
    cells.family,
    cells.period_kind,
    cells.period_start,
    terms.source || '/' || terms.contract_check || '/' || cells.area as key,
    cells.data_element,
    cells.area,
    sum(if(terms.side = 'left', 1, -1) * terms.coefficient) as times
from cells
inner join contract_check_terms as terms using (data_element)
inner join contract_checks as checks using (source, contract_check)
where
    checks.compare = 'equals'
    and (terms.source, terms.contract_check, cells.area, cells.period_start) not in (
        -- A term that has no figure here leaves the check open.
        select (lacking.source, lacking.contract_check, others.area, others.period_start)
        from contract_check_terms as lacking
        inner join contract_check_terms as there using (source, contract_check)
        inner join cells as others on there.data_element = others.data_element
        left join
            cells as own
            on lacking.data_element = own.data_element
            and others.area = own.area
            and others.period_kind = own.period_kind
            and others.period_start = own.period_start
        where own.value is null
    )
group by all
;
