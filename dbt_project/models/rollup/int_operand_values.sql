-- Grain: data element × frequency × span × area × period, for the frequencies and spans
-- that indicators ask for. A sum, mean, highest or lowest has a value only when every
-- period of the element's own kind inside the span has one, or does not apply; a first or
-- last one when that period has. Cumulative figures are differenced at the ends of periods,
-- so that a month left out inside a quarter does not take the quarter's own value away.
-- What is told of units («span/max») sets the figures of the areas directly below side by side.
-- Past 200 lines because every rule over time is here, and nowhere else.
{{ config(meta={"kept_by": "data_element"}) }}
with
    operand_uses as (select * from {{ source("registry", "operand_uses") }}),

    data_elements as (select * from {{ source("registry", "data_elements") }}),

    int_area_values as (select * from {{ ref("int_area_values") }}),

    int_periods as (select * from {{ ref("int_periods") }}),

    areas as (select * from {{ source("registry", "areas") }}),

    changed as (select * from int_area_values where {{ is_changed("data_element") }}),

    wanted as (
        select distinct
            elements.data_element,
            elements.frequency as own_kind,
            elements.over_time,
            elements.source,
            elements.least,
            elements.most,
            if(elements.over_time = 'weighted_mean', elements.weight, null) as weight,
            elements.carry,
            uses.frequency,
            uses.time_span as span,
            uses.span_kind,
            uses.span_months,
            uses.months
        from operand_uses as uses
        inner join data_elements as elements using (data_element)
    ),

    wanted_spans as (
        select
            *,
            span_kind = 'last_known' as last_known,
            span_kind != 'months'
            and (
                last_known
                or carry > 0
                or {{ period_length("own_kind") }} > {{ period_length("frequency") }}
            ) as carried
        from wanted
    ),

    -- Periods of the element's own kind, gathered into the wanted frequency; of listed months,
    -- those alone: the first and the last of them begin and end what is taken.
    gathered as (
        select
            wanted.data_element,
            wanted.own_kind,
            wanted.over_time,
            wanted.source,
            wanted.least,
            wanted.most,
            wanted.frequency,
            wanted.span,
            wanted.span_kind,
            wanted.span_months,
            own.area,
            {{ period_start_of("wanted.frequency", "own.period_start") }} as first_day,
            {{ period_end_of("wanted.frequency", "first_day") }} as last_day,
            {{ total("if(wanted.weight is null, own.value, own.value * weights.value)") }} as total,
            {{ total("weights.value", "filter (where own.value is not null)") }} as total_weight,
            max(own.value) as highest,
            min(own.value) as lowest,
            any_value(nullif(len(wanted.months), 0)) as listed,
            max(own.value) filter (
                where
                    if(
                        wanted.span_kind = 'months',
                        month(own.period_start) = wanted.months[1]::int,
                        own.period_start = first_day
                    )
            ) as first_value,
            max(own.value) filter (where {{ is_last_of_span() }}) as last_value,
            {{ worst_absence("case when " ~ is_last_of_span() ~ " then own.absence end") }}
            as last_absence,
            count(own.value) filter (where wanted.weight is null or weights.value is not null)
            + count(*) filter (where own.absence = 'not_applicable') as accounted,
            count(own.value) as present,
            count(*) as seen,
            {{
                worst_absence(
                    "case when own.value is not null and wanted.weight is not null"
                    ~ " and weights.value is null then 'missing' else own.absence end"
                )
            }} as worst,
            bool_and(own.blank) as blank,
            bool_or(own.restated) as restated,
            flatten(list(own.holds) filter (where own.holds is not null)) as holds,
            flatten(
                list(own.corrections) filter (where own.corrections is not null)
            ) as corrections,
            arg_min(own.vintage, {{ vintage_rank("own.vintage") }}) as vintage,
            max_by(own.extract, own.period_start) as extract
        from wanted_spans as wanted
        inner join changed as own using (data_element)
        left join
            int_area_values as weights
            on wanted.weight = weights.data_element
            and own.area = weights.area
            and own.period_kind = weights.period_kind
            and own.period_start = weights.period_start
        where
            not wanted.carried
            and (
                wanted.span_kind != 'months'
                or list_contains(wanted.months, month(own.period_start)::varchar)
            )
        group by all
    ),

    before as (
        select
            data_element,
            frequency,
            span,
            area,
            last_day + 1 as first_day,
            last_value as value_before
        from gathered
        where over_time = 'cumulative' and span_kind != 'year_to_date'
    ),

    -- What one period adds to a span. A cumulative figure adds what it has grown since the
    -- period before; the first one of a year has grown from nothing. What it has grown keeps the
    -- bounds of the data element, or is held.
    added as (
        select
            * exclude (total, present, seen, accounted, worst, holds, value_before),
            over_time = 'cumulative' and span_kind != 'year_to_date' as differenced,
            case
                when first_day = date_trunc('year', first_day)::date then 0 else value_before
            end as grown_from,
            {{ difference("last_value", "grown_from") }} as difference,
            differenced
            and coalesce(
                {{ settled("difference") }} < least or {{ settled("difference") }} > most, false
            ) as out_of_bounds,
            if(out_of_bounds, null, difference) as grown,
            if(
                out_of_bounds,
                list_append(coalesce(holds, []), 'bounds:' || source || '/' || data_element),
                holds
            ) as holds,
            if(differenced, grown, total) as total,
            if(differenced, (grown is not null)::int, present) as present,
            if(differenced, 1, seen) as seen,
            if(differenced, (grown is not null)::int, accounted) as accounted,
            if(
                differenced,
                case
                    when out_of_bounds
                    then {{ absence_rank("'held'") }}
                    when last_value is null
                    then last_absence
                    when grown_from is null
                    then {{ absence_rank("'missing'") }}
                end,
                worst
            ) as worst
        from gathered
        left join before using (data_element, frequency, span, area, first_day)
    ),

    -- A span is met by the periods in it, which are looked for among those of its year, or in the
    -- whole series where it is a rolling one.
    started as (
        select
            *,
            case
                span_kind
                when 'year_to_date'
                then date_trunc('year', first_day)::date
                when 'rolling'
                then (last_day + interval 1 day - to_months(span_months))::date
                else first_day
            end as span_start,
            if(span_kind = 'rolling', null, span_start) as among
        from added
    ),

    -- Joined and grouped: a window would be opened for each area, and takes five times as long.
    so_far as (
        select
            ends.data_element,
            ends.frequency,
            ends.span,
            ends.area,
            ends.first_day,
            {{ total("inside.total") }} as span_total,
            {{ exact_sum("inside.total_weight") }} as span_weight,
            max(inside.highest) as span_highest,
            min(inside.lowest) as span_lowest,
            arg_min(inside.first_value, inside.first_day) as span_first,
            min(inside.first_day) as first_seen,
            sum(inside.present) as span_present,
            min(inside.worst) as span_worst,
            bool_or(inside.restated) as span_restated,
            flatten(
                list(inside.holds order by inside.first_day) filter (where inside.holds is not null)
            ) as span_holds,
            flatten(
                list(inside.corrections order by inside.first_day) filter (
                    where inside.corrections is not null
                )
            ) as span_corrections,
            sum(inside.accounted) as span_accounted,
            sum(inside.seen) as span_seen
        from started as ends
        inner join
            started as inside
            on ends.data_element = inside.data_element
            and ends.frequency = inside.frequency
            and ends.span = inside.span
            and ends.area = inside.area
            and ends.among is not distinct from inside.among
            and inside.first_day between ends.span_start and ends.first_day
        group by all
    ),

    spanned as (
        select
            *,
            coalesce(
                listed,
                {{
                    periods_between(
                        "if(differenced, frequency, own_kind)", "span_start", "last_day"
                    )
                }}
            ) as wanted_periods,
            span_accounted = wanted_periods as whole,
            span_seen = wanted_periods as all_seen
        from started
        inner join so_far using (data_element, frequency, span, area, first_day)
    ),

    whole_spans as (
        select
            *,
            case
                when over_time = 'last' or (over_time = 'cumulative' and not differenced)
                then last_value
                when over_time = 'first'
                then if(first_seen = span_start, span_first, null)
                when not whole or span_present = 0
                then null
                when over_time = 'mean'
                then span_total / span_present
                when over_time = 'weighted_mean'
                then {{ finite("span_total / nullif(span_weight, 0)") }}
                when over_time = 'max'
                then span_highest
                when over_time = 'min'
                then span_lowest
                else span_total
            end as value,
            case
                when value is not null
                then null
                when over_time in ('last', 'cumulative') and not differenced
                then last_absence
                when all_seen
                then span_worst
                else least(span_worst, {{ absence_rank("'missing'") }})
            end as absence
        from spanned
    ),

    -- A stock stays usable inside its own period and for `carry` periods after it; a last known
    -- one as long as the indicator says. Its age counts from the end of its own period.
    carried as (
        {%- for last_known in ["false", "true"] %}
            select
                wanted.data_element,
                wanted.frequency,
                wanted.span,
                own.area,
                periods.period_start,
                own.value,
                own.absence,
                own.blank,
                own.holds,
                own.corrections,
                own.restated,
                own.vintage,
                own.extract,
                {{ period_end_of("own.period_kind", "own.period_start") }} as own_end,
                if(own_end < periods.period_end, periods.period_end - own_end, null) as age_days
            from
                (
                    select wanted.*, areas.area
                    from wanted_spans as wanted
                    inner join
                        (select distinct data_element, area from changed) as areas using (
                            data_element
                        )
                    where wanted.carried and wanted.last_known = {{ last_known }}
                ) as wanted
            inner join int_periods as periods on wanted.frequency = periods.period_kind
            asof inner join
                (
                    select *
                    from changed
                    {%- if last_known == "true" %} where value is not null{% endif %}
                ) as own
                on wanted.data_element = own.data_element
                and wanted.area = own.area
                and periods.period_end >= own.period_start
            where
                {%- if last_known == "true" %}
                    own_end + to_months(wanted.span_months) >= periods.period_end
                {%- else %}
                    {{
                        periods_between(
                            "wanted.own_kind",
                            "own.period_start",
                            period_end_of(
                                "wanted.own_kind",
                                period_start_of("wanted.own_kind", "periods.period_end"),
                            ),
                        )
                    }} <= 1 + wanted.carry
                {%- endif %}
            {%- if not loop.last %}
                union all
            {%- endif %}
        {%- endfor %}
    ),

    own as (
        select
            data_element,
            frequency,
            span,
            area,
            first_day as period_start,
            value,
            {{ absence_word("if(value is null, coalesce(absence, 3), null)") }} as absence,
            blank,
            span_holds as holds,
            span_corrections as corrections,
            span_restated as restated,
            null::bigint as age_days,
            vintage,
            [extract] as extracts
        from whole_spans
        union all
        select
            data_element,
            frequency,
            span,
            area,
            period_start,
            value,
            absence,
            blank,
            holds,
            corrections,
            restated,
            age_days,
            vintage,
            [extract]
        from carried
    )
    {%- if are_units_asked() %}
        ,

        -- Areas directly below one that stand on the period's last day, or on the first of a kind
        -- that is younger; an area with none below it is its own unit.
        units as (
            select
                coalesce(below.area, above.area) as unit,
                above.area,
                kinds.first_day as kind_from,
                coalesce(unit_areas.valid_from, kinds.first_day) as stands_from,
                coalesce(unit_areas.valid_to, date '9999-12-31') as stands_to
            from areas as above
            left join areas as below on above.area = below.parent
            inner join areas as unit_areas on coalesce(below.area, above.area) = unit_areas.area
            inner join
                (
                    select kind, min(coalesce(valid_from, date '0001-01-01')) as first_day
                    from areas
                    group by kind
                ) as kinds
                on unit_areas.kind = kinds.kind
        ),

        asked as (
            select
                uses.data_element,
                uses.frequency,
                uses.span,
                uses.time_span,
                uses.over_areas,
                periods.period_start,
                {{ period_end_of("uses.frequency", "periods.period_start") }} as period_end
            from operand_uses as uses
            inner join
                (select distinct data_element, frequency, span, period_start from own) as periods
                on uses.data_element = periods.data_element
                and uses.frequency = periods.frequency
                and uses.time_span = periods.span
            where uses.over_areas is not null
        ),

        beside as (
            select
                asked.data_element,
                asked.frequency,
                asked.span,
                asked.over_areas,
                units.area,
                asked.period_start,
                max(own.value) as highest,
                min(own.value) as lowest,
                count(own.value) as present,
                {{
                    worst_absence(
                        "if(own.value is null, coalesce(own.absence, 'missing'), null)"
                    )
                }} as worst,
                -- Of a count: what is missing has no figure, of what is held or hidden nobody
                -- knows.
                {{
                    worst_absence(
                        "case when own.absence in ('held', 'no_share', 'suppressed')"
                        ~ " then own.absence end"
                    )
                }} as unknown,
                bool_and(own.blank) as blank,
                {{ gathered("own.holds") }} as holds,
                {{ gathered("own.corrections") }} as corrections,
                bool_or(own.restated) as restated,
                max(own.age_days) as age_days,
                arg_min(own.vintage, {{ vintage_rank("own.vintage") }}) as vintage,
                list_sort(list_distinct(flatten(list(own.extracts)))) as extracts
            from asked
            inner join
                units
                on greatest(asked.period_end, units.kind_from)
                between units.stands_from and units.stands_to
            left join
                own
                on asked.data_element = own.data_element
                and asked.frequency = own.frequency
                and asked.time_span = own.span
                and asked.period_start = own.period_start
                and units.unit = own.area
            group by all
        )
    {%- endif %}

select *
from own
{%- if are_units_asked() %}
    union all
    select
        data_element,
        frequency,
        span,
        area,
        period_start,
        case
            when present = 0
            then null
            when over_areas = 'count'
            then if(unknown is null, present, null)
            when
                coalesce(worst, {{ absence_rank("'not_applicable'") }})
                < {{ absence_rank("'not_applicable'") }}
            then null
            when over_areas = 'max'
            then highest
            else lowest
        end as value,
        if(
            value is null,
            {{ absence_word("if(over_areas= 'count', coalesce(unknown, worst), worst)") }},
            null
        ) as absence,
        blank,
        holds,
        corrections,
        restated,
        age_days,
        vintage,
        extracts
    from beside
{%- endif %}
