-- Grain: indicator × area × period of the unbroken run of sound figures up to the newest one, of
-- regular series with a target this year: what a forecast may rest on. A year to date is told by
-- what its periods add, or, where it is a ratio of two flows, by their own ratios; `added_to`,
-- `weight` and `weights` say how they make up the year: the figure so far, the denominator behind
-- it, and those to come, which are taken to be as in the same periods of last year. `least` and
-- `most` are what a figure may be (int_courses).
{{ config(meta={"kept_by": "indicator"}) }}
with
    indicators as (select * from {{ source("registry", "indicators") }}),

    refresh as (select * from {{ source("registry", "refresh") }}),

    int_courses as (select * from {{ ref("int_courses") }}),

    targets as (select * from {{ source("registry", "targets") }}),

    int_judged_values as (
        select * from {{ ref("int_judged_values") }} where {{ is_changed("indicator") }}
    ),

    areas as (select * from {{ source("registry", "areas") }}),

    asked as (
        select definitions.indicator, definitions.scale, courses.course, courses.least, courses.most
        from indicators as definitions
        inner join int_courses as courses using (indicator)
        cross join refresh
        where
            definitions.today
            and definitions.expected_from is not null
            and definitions.frequency in ('month', 'quarter')
            and (definitions.span_kind = 'period' or courses.course in ('sum', 'ratio'))
            and exists (
                select 1
                from targets
                where
                    targets.indicator = definitions.indicator and targets.year = year(refresh.as_of)
            )
    ),

    cells as (
        select
            judged.indicator,
            judged.area,
            areas.kind as area_kind,
            judged.period_kind,
            judged.period_start,
            judged.value,
            judged.method,
            -- What a ratio to date is made of, since the year began.
            if(asked.course = 'ratio', asked.scale * judged.numerator, null) as above,
            if(asked.course = 'ratio', judged.denominator, null) as below,
            asked.course,
            asked.least,
            asked.most,
            lag(judged.period_start) over series as start_before,
            lag(judged.method) over series as method_before,
            lag(judged.value) over series as value_before,
            lag(above) over series as above_before,
            lag(below) over series as below_before
        from int_judged_values as judged
        inner join asked using (indicator)
        inner join
            areas
            on judged.area = areas.area
            and areas.kind in ('province', 'commune')
            and areas.valid_to is null
        where judged.breakdown is null and judged.state in ('value', 'provisional')
        window series as (partition by judged.indicator, judged.area order by judged.period_start)
    ),

    added as (
        select
            *,
            start_before
            is not distinct from {{ period_before("period_kind", "period_start") }} as follows,
            case
                when month(period_start) = 1
                then below
                -- Where the run begins inside a year nothing is known of the months before.
                when follows
                then below - below_before
            end as weight_added,
            case
                when course = 'newest'
                then value
                when course = 'ratio' and month(period_start) = 1
                then above / below
                when course = 'ratio' and follows and weight_added > 0
                then (above - above_before) / weight_added
                when course = 'sum' and month(period_start) = 1
                then value
                when course = 'sum' and follows
                then {{ difference("value", "value_before") }}
            end as figure
        from cells
    ),

    -- A period in which a ratio had nothing to be of is a gap.
    runs as (
        select
            *,
            count(*) filter (
                where
                    not follows or method_before != method or (course = 'ratio' and figure is null)
            ) over (partition by indicator, area order by period_start rows unbounded preceding)
            as run
        from added
    ),

    newest_runs as (
        select *, max(period_start) over (partition by indicator, area) as newest
        from runs
        qualify run = max(run) over (partition by indicator, area)
    )

select
    indicator,
    area,
    area_kind,
    period_kind,
    period_start,
    figure,
    if(course = 'newest', null, value) as added_to,
    below as weight,
    list(weight_added order by period_start) filter (
        where
            course = 'ratio'
            and year(period_start) = year(newest) - 1
            and month(period_start) > month(newest)
    ) over (partition by indicator, area) as weights,
    least,
    most
from newest_runs
qualify figure is not null
