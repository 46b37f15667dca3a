-- name: only open and published indicators are told
select distinct form, indicator
from
    (
        select form, indicator
        from told
        union all
        from described
    )
anti join open_indicators using (indicator)
;

-- name: simulated figures are told only where the province asks for them
select distinct form, told.indicator
from told
left join sealed.indicators using (indicator)
where (told.synthetic or indicators.synthetic) and not $simulated
;

-- name: no area lies below the level that is open
select distinct form, area
from told
where area not in (select areas.area from sealed.areas where kind in (select unnest($kinds)))
union all
select form, area
from listed
where area not in (select areas.area from sealed.areas where kind in (select unnest($kinds)))
;

-- name: only categories of what is told are listed
select distinct form, breakdown, category
from parted
anti join told using (breakdown, category)
;

-- name: a state says nothing of deliveries
select distinct form, indicator, state
from told
where state not in ('value', 'provisional', 'missing', 'not_applicable', 'suppressed')
;

-- name: a figure is the one that was sealed, and none that is withheld
select form, indicator, area, told.period, breakdown, category, told.value
from told
left join cells using (indicator, area, period, breakdown, category)
where
    told.value is not null
    and (
        cells.value is null
        or cells.state not in ('value', 'provisional')
        -- A workbook writes 16 digits.
        or abs(cells.value - told.value) > if(form = 'xlsx', 1e-14 * abs(cells.value), 0)
    )
;

-- name: no withheld figure follows from a total and its other parts
-- Areas of one kind inside an area, then categories of one breakdown: where all members of such a
-- family but one are told, the last one is told too.
with
    additive as (
        select terms.indicator
        from sealed.indicator_terms as terms
        left join sealed.data_elements as elements on terms.operand = elements.data_element
        group by terms.indicator
        having
            bool_and(
                role = 'numerator'
                and product is null
                and coalesce(span not like '%/%', true)
                and coalesce(over_areas = 'sum', false)
            )
    ),
    marked as (
        select
            cells.*,
            figures.indicator is not null as is_told,
            not is_told and state in ('value', 'provisional', 'suppressed') as withheld,
            is_told or state = 'not_applicable' or withheld as counts
        from cells
        semi join additive using (indicator)
        left join figures using (indicator, area, period, breakdown, category)
        where not synthetic or $simulated
    ),
    parts as (select distinct area as whole, part, part_kind from sealed.area_parts),
    families as (
        select
            total.indicator,
            total.period,
            'areas of ' || total.area || ', ' || total.category as family,
            part_kind as family_kind,
            total.area as total_member,
            total.withheld as total_withheld,
            total.counts as total_counts,
            part.area as member,
            part.withheld,
            part.counts
        from marked as total
        inner join parts on total.area = parts.whole
        inner join
            marked as part
            on parts.part = part.area
            and total.indicator = part.indicator
            and total.period = part.period
            and total.breakdown = part.breakdown
            and total.category = part.category
        union all
        select
            total.indicator,
            total.period,
            'categories in ' || total.area,
            part.breakdown,
            total.area,
            total.withheld,
            total.counts,
            part.category,
            part.withheld,
            part.counts
        from marked as total
        inner join
            marked as part
            on total.indicator = part.indicator
            and total.period = part.period
            and total.area = part.area
        where total.category = '_T' and part.category <> '_T'
    )

select
    indicator,
    period,
    family,
    family_kind as kind,
    coalesce(max(member) filter (withheld), any_value(total_member)) as withheld
from families
group by indicator, period, family, family_kind
having
    count(*) > 1
    and count(*) filter (withheld) + any_value(total_withheld)::integer = 1
    and bool_and(counts and total_counts)
;
