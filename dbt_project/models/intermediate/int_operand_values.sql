-- Grain: data element × frequency × span × area × period, for the frequencies and spans
-- that indicators ask for. A span has a value only when every period of the element's own
-- kind inside it has one.
with wanted as (
    select distinct
        elements.data_element,
        elements.frequency as own_kind,
        elements.over_time,
        elements.carry,
        definitions.frequency,
        definitions.span
    from {{ ref('stg_indicator_terms') }} as terms
    inner join {{ ref('stg_indicators') }} as definitions using (indicator)
    inner join {{ ref('stg_data_elements') }} as elements
        on terms.operand = elements.data_element
),

wanted_spans as (
    select
        *,
        {{ period_length('own_kind') }} > {{ period_length('frequency') }} or carry > 0 as carried
    from wanted
),

-- Periods of the element's own kind, gathered into the wanted frequency.
gathered as (
    select
        wanted.data_element,
        wanted.own_kind,
        wanted.over_time,
        wanted.frequency,
        wanted.span,
        own.area,
        {{ period_start_of('wanted.frequency', 'own.period_start') }} as first_day,
        sum(own.value) as total,
        count(own.value) as present,
        arg_max(own.value, own.period_start) filter (
            where {{ period_end_of('own.period_kind', 'own.period_start') }}
                = {{ period_end_of('wanted.frequency', period_start_of('wanted.frequency', 'own.period_start')) }}
        ) as last_value,
        bool_and(own.blank) as blank,
        flatten(list(own.holds) filter (where own.holds is not null)) as holds,
        bool_or(own.withheld) as withheld,
        arg_min(own.vintage, {{ vintage_rank('own.vintage') }}) as vintage,
        max_by(own.extract, own.period_start) as extract
    from wanted_spans as wanted
    inner join {{ ref('int_area_values') }} as own using (data_element)
    where not wanted.carried
    group by all
),

spanned as (
    select
        *,
        case span
            when 'period' then first_day
            when 'year_to_date' then date_trunc('year', first_day)::date
            else ({{ period_end_of('frequency', 'first_day') }} + interval 1 day - interval 12 months)::date
        end as span_start,
        case span
            when 'period' then total
            when 'year_to_date' then sum(total) over year_so_far
            else sum(total) over twelve_months
        end as span_total,
        case span
            when 'period' then present
            when 'year_to_date' then sum(present) over year_so_far
            else sum(present) over twelve_months
        end as span_present,
        flatten(case span
            when 'period' then [holds]
            when 'year_to_date' then list(holds) filter (where holds is not null) over year_so_far
            else list(holds) filter (where holds is not null) over twelve_months
        end) as span_holds,
        case span
            when 'period' then withheld
            when 'year_to_date' then bool_or(withheld) over year_so_far
            else bool_or(withheld) over twelve_months
        end as span_withheld
    from gathered
    window
        year_so_far as (
            partition by data_element, frequency, span, area, date_trunc('year', first_day)
            order by first_day
        ),
        twelve_months as (
            partition by data_element, frequency, span, area
            order by first_day
            range between interval 11 months preceding and current row
        )
),

whole_spans as (
    select
        *,
        span_present = {{ periods_between('own_kind', 'span_start', period_end_of('frequency', 'first_day')) }}
            as complete
    from spanned
),

-- A stock stays usable inside its own period and for `carry` periods after it.
carried as (
    select
        wanted.data_element,
        wanted.frequency,
        wanted.span,
        own.area,
        periods.period_start,
        own.value,
        own.blank,
        own.holds,
        own.withheld,
        own.vintage,
        own.extract
    from (
        select wanted.*, areas.area
        from wanted_spans as wanted
        inner join (select distinct data_element, area from {{ ref('int_area_values') }}) as areas
            using (data_element)
        where wanted.carried
    ) as wanted
    inner join {{ ref('int_periods') }} as periods on wanted.frequency = periods.period_kind
    asof inner join {{ ref('int_area_values') }} as own
        on wanted.data_element = own.data_element
        and wanted.area = own.area
        and periods.period_end >= own.period_start
    where
        {{ periods_between('wanted.own_kind', 'own.period_start', period_end_of('wanted.own_kind', period_start_of('wanted.own_kind', 'periods.period_end'))) }}
        <= 1 + wanted.carry
)

select
    data_element,
    frequency,
    span,
    area,
    first_day as period_start,
    case
        when over_time in ('last', 'cumulative') then last_value
        when not complete then null
        when over_time = 'sum' then span_total
        else span_total / span_present
    end as value,
    blank,
    span_holds as holds,
    span_withheld as withheld,
    vintage,
    [extract] as extracts
from whole_spans
union all
select
    data_element, frequency, span, area, period_start, value, blank, holds, withheld, vintage,
    [extract]
from carried
