-- Grain: series that is asked about today: the level at which it stands by its newest figure.
-- A series of an indicator has one rule and area (a pace also one year); a delivery that is owed
-- is a series of its own.
with
    int_data_states as (select * from {{ ref("int_data_states") }}),

    indicators as (select * from {{ source("registry", "indicators") }}),

    limits as (select * from {{ source("registry", "limits") }}),

    refresh as (select * from {{ source("registry", "refresh") }}),

    int_warning_levels as (select * from {{ ref("int_warning_levels") }}),

    stg_published_warnings as (select * from {{ ref("stg_published_warnings") }}),

    stg_published_values as (select * from {{ ref("stg_published_values") }}),

    int_deliveries as (select * from {{ ref("int_deliveries") }}),

    sources as (select * from {{ source("registry", "sources") }}),

    rules as (
        select
            data_states.*,
            limits.rule,
            limits.yellow_high,
            limits.red_high,
            -- Last year's pace is asked about until the new year has its first figure.
            unnest(
                if(
                    limits.rule = 'pace',
                    list_distinct(
                        [
                            year(refresh.as_of),
                            if(data_states.regular, year(data_states.sound_start), null)
                        ]
                    ),
                    [null]
                )
            ) as pace_year
        from int_data_states as data_states
        inner join
            indicators as definitions
            on data_states.indicator = definitions.indicator
            and definitions.today
        inner join
            limits
            on definitions.indicator = limits.indicator
            and definitions.version = limits.version
        cross join refresh
    ),

    newest as (
        select *
        from int_warning_levels
        qualify row_number() over (partition by series order by period_start desc) = 1
    ),

    judged as (
        select
            {{
                series_of(
                    "rules.indicator",
                    "rules.area",
                    "rules.rule",
                    "make_date(rules.pace_year, 1, 1)",
                )
            }} as series,
            rules.rule,
            rules.indicator,
            rules.area,
            null::varchar as source,
            rules.period_kind,
            newest.level,
            newest.first_period_start,
            newest.period_start,
            newest.period_start as judged_start,
            newest.figure,
            newest.value,
            {%- for colour in ["yellow", "red"] %}
                {{ nearer_limit("newest.figure", "newest", colour) }} as {{ colour }}_limit,
            {%- endfor %}
            newest.in_a_row,
            newest.against,
            newest.measure,
            rules.data_state,
            -- A figure that the last release knew already raises nothing anew while newer ones
            -- are due, and one that is old nothing at all.
            rules.data_state != 'old'
            and (
                rules.data_state = 'fresh'
                or {{ settled("newest.value") }} is distinct from {{ settled("known.value") }}
                or not exists (select 1 from stg_published_warnings)
            ) as is_news
        from rules
        left join
            newest
            on {{
                series_of(
                    "rules.indicator",
                    "rules.area",
                    "rules.rule",
                    "make_date(rules.pace_year, 1, 1)",
                )
            }} = newest.series
        left join
            stg_published_values as known
            on newest.indicator = known.indicator
            and newest.area = known.area
            and newest.period_start = known.period_start
        where rules.rule != 'stale'
    ),

    stale as (
        select
            {{ series_of("indicator", "area", "rule", "null::date") }} as series,
            rule,
            indicator,
            area,
            null::varchar as source,
            period_kind,
            case when owed > red_high then 'red' when owed > yellow_high then 'yellow' end as level,
            owed_start as first_period_start,
            sound_start as period_start,
            newest_start as judged_start,
            owed::double as figure,
            value,
            ceil(yellow_high) as yellow_limit,
            ceil(red_high) as red_limit,
            owed as in_a_row,
            null::varchar as against,
            null::varchar as measure,
            data_state,
            true as is_news
        from rules
        where rule = 'stale' and regular
    ),

    late as (
        select
            deliveries.source || '/' || deliveries.period || '/late' as series,
            'late' as rule,
            null::varchar as indicator,
            null::varchar as area,
            deliveries.source,
            deliveries.period_kind,
            case
                when deliveries.delivered
                then null
                when deliveries.days >= sources.late_red
                then 'red'
                when deliveries.days >= sources.late_yellow
                then 'yellow'
            end as level,
            deliveries.period_start as first_period_start,
            deliveries.period_start,
            deliveries.period_start as judged_start,
            -- How late it is today says who reads it; here stands what its level is.
            null::double as figure,
            null::double as value,
            sources.late_yellow::double as yellow_limit,
            sources.late_red::double as red_limit,
            1 as in_a_row,
            null::varchar as against,
            null::varchar as measure,
            case
                when deliveries.delivered then 'fresh' when deliveries.held then 'held' else 'late'
            end as data_state,
            true as is_news
        from
            (
                select deliveries.*, refresh.as_of - deliveries.due_date as days
                from int_deliveries as deliveries
                cross join refresh
            ) as deliveries
        inner join sources using (source)
    )

select *
from judged
union all
select *
from stale
union all
select *
from late
