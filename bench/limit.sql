-- name: eligible
-- Definitions of today that are a sum or a ratio of data elements, over the period or the year
-- to date, of data elements that are added or taken as they stand at the end.
create table eligible as
with
    plain as (
        select elements.data_element, elements.frequency
        from data_elements as elements
        where
            elements.over_time in ('sum', 'last')
            and elements.over_areas in ('sum', 'none')
            and elements.carry = 0
            and len(elements.zero_needs) = 0
            and list_contains($sources, elements.source)
            and elements.data_element not in (select data_element from corrections)
    ),

    lengths as (
        select unnest(['day', 'month', 'quarter', 'year']) as frequency, unnest(range(4)) as length
    )

select definitions.*
from indicators as definitions
inner join lengths using (frequency)
inner join indicator_terms as terms using (indicator, version)
left join plain on terms.operand = plain.data_element and terms.operand_kind = 'data_element'
left join lengths as own on plain.frequency = own.frequency
where
    definitions.today
    and definitions.composite_method is null
    and definitions.round_to is null
    and definitions.span_kind in ('period', 'year_to_date')
group by all
having
    bool_and(
        coalesce(own.length <= lengths.length, false)
        and terms.span = definitions.span
        and terms.product is null
    )
    and bool_and(
        definitions.numerator_least is null
        and definitions.numerator_most is null
        and definitions.denominator_least is null
        and definitions.denominator_most is null
    )
;

-- name: added
-- Areas as delivered, and where nothing was delivered put together from all of their parts.
create table added as
with
    kinds as (
        select kind, min(coalesce(valid_from, date '0001-01-01')) as began
        from areas
        group by kind
    ),

    delivered as (
        select distinct
            observed.element,
            areas.kind as part_kind,
            observed.kind,
            observed.first_day,
            observed.last_day,
            greatest(observed.last_day, kinds.began) as borders_of
        from observed
        inner join areas on observed.place = areas.area
        inner join kinds on areas.kind = kinds.kind
    ),

    rolled as (
        select
            delivered.element,
            parts.area as place,
            delivered.kind,
            delivered.first_day,
            delivered.last_day,
            parts.part_kind,
            sum(own.value * parts.share) as value,
            min(parts.distance) as distance,
            bool_or(parts.restated) as restated,
            bool_and(
                coalesce(own.value is not null and parts.share is not null or not own.applies, false)
            )
            and count(own.value) > 0 as complete
        from delivered
        inner join data_elements as elements on delivered.element = elements.data_element
        inner join
            area_parts as parts
            on delivered.part_kind = parts.part_kind
            and elements.shared_by is not distinct from parts.share_of
            and (elements.over_areas = 'sum' or parts.alone)
        inner join
            areas
            on parts.part = areas.area
            and borders_of between coalesce(areas.valid_from, borders_of) and coalesce(
                areas.valid_to, borders_of
            )
        left join
            observed as own
            on delivered.element = own.element
            and parts.part = own.place
            and delivered.first_day = own.first_day
        group by all
    ),

-- Of two kinds of parts that were delivered, the complete one, then the nearer one.
    nearest as (
        select *
        from rolled
        qualify
            row_number() over (
                partition by element, place, first_day order by complete desc, distance
            )
            = 1
    )

select element, place, kind, first_day, last_day, value, applies
from observed
union all
select nearest.element, place, nearest.kind, first_day, last_day, if(complete, value, null), true
from nearest
inner join data_elements as elements on nearest.element = elements.data_element
inner join areas on nearest.place = areas.area
anti join observed using (element, place, first_day)
where restated or not list_contains(elements.area_kinds, areas.kind)
;

-- name: operands
-- Data elements over the spans that are asked: sums of whole spans, stocks of the last day.
create table operands as
with
    wanted as (
        select distinct
            elements.data_element as element,
            elements.frequency as kind,
            elements.over_time,
            eligible.frequency,
            eligible.span_kind
        from eligible
        inner join indicator_terms as terms using (indicator, version)
        inner join data_elements as elements on terms.operand = elements.data_element
    ),

    gathered as (
        select
            wanted.*,
            added.place,
            date_trunc(wanted.frequency, added.first_day)::date as opening,
            (
                opening
                + case wanted.frequency
                    when 'day' then interval 1 day
                    when 'month' then interval 1 month
                    when 'quarter' then interval 3 month
                    else interval 1 year
                end
            )::date as next_day,
            if(
                wanted.span_kind = 'year_to_date', date_trunc('year', opening)::date, opening
            ) as span_start,
            sum(added.value) as total,
            count(added.value) as present,
            count(*) filter (where added.value is not null or not added.applies) as accounted,
            max(added.value) filter (where added.last_day + 1 = next_day) as last_value
        from wanted
        inner join added using (element, kind)
        group by all
    )

select
    element,
    frequency,
    span_kind,
    place,
    opening as first_day,
    case
        when over_time = 'last' then last_value
        when
            sum(accounted) over so_far = datediff(kind, span_start, next_day)
            and sum(present) over so_far > 0
        then sum(total) over so_far
    end as value
from gathered
window
    so_far as (
        partition by element, frequency, span_kind, place, span_start order by opening
    )
;

-- name: values
create table found as
select
    definitions.indicator,
    operands.place as area,
    (operands.first_day + to_months(terms.lag_months))::date as period_start,
    sum(terms.coefficient * operands.value) filter (where terms.role = 'numerator') as upper,
    sum(terms.coefficient * operands.value) filter (where terms.role = 'denominator') as lower,
    definitions.scale
    * if(definitions.has_denominator, upper / nullif(lower, 0), upper) as value
from eligible as definitions
inner join indicator_terms as terms using (indicator, version)
inner join
    operands
    on terms.operand = operands.element
    and definitions.frequency = operands.frequency
    and definitions.span_kind = operands.span_kind
inner join areas on operands.place = areas.area and list_contains(definitions.area_kinds, areas.kind)
where operands.value is not null
group by definitions.indicator, definitions.version, definitions.scale, definitions.has_denominator,
    operands.place, period_start
having count(*) = (
    select count(*)
    from indicator_terms as all_terms
    where all_terms.indicator = definitions.indicator and all_terms.version = definitions.version
)
;

-- name: compared
-- What the release publishes of the same indicators, beside what was found.
create table compared as
select
    published.indicator,
    published.area,
    published.period,
    published.value,
    found.value as found_value,
    found.value is null
    or abs(found.value - published.value) > 1e-9 * greatest(1, abs(published.value)) as differs
from read_parquet($release) as published
inner join eligible using (indicator, version)
left join
    found
    on published.indicator = found.indicator
    and published.area = found.area
    and published.period_start = found.period_start
where published.value is not null
;

-- name: counts
select count(*), count(*) filter (where differs), count(distinct indicator)
from compared
;

-- name: published
select count(value)
from read_parquet($release)
;

-- name: examples
-- The first values that are not found again, beside what was found.
select indicator, area, min(period), min_by(value, period), min_by(found_value, period)
from compared
where differs
group by indicator, area
limit 20
;
