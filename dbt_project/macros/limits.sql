{#- Whether a figure breaks a limit: below the low one or above the high one, where there is one.
    The figure has been settled (macros/figures.sql), as the registry's limits are. -#}
{% macro breaks(figure, limits, colour) -%}
    coalesce({{ figure }} < {{ limits }}.{{ colour }}_low, false)
    or coalesce({{ figure }} > {{ limits }}.{{ colour }}_high, false)
{%- endmacro %}

{#- Whether as much evidence as is asked for says so of the truth behind the figure: its own or, where
    periods count cases of their own, what has added up to it. Nothing is asked where nothing is known
    of its noise. -#}
{% macro is_evident(limits, colour) -%}
    coalesce(
        if(
            {{ limits }}.decision_interval is null or {{ limits }}.{{ colour }}_distance is null,
            {{ limits }}.{{ colour }}_distance >= {{ limits }}.distance,
            {{ limits }}.{{ colour }}_gathered >= {{ limits }}.decision_interval
        ),
        true
    )
{%- endmacro %}

{#- What a cumulative sum leaves out of each distance (Page 1954), as
    kinhbac/registry/declared/evidence.py reckons with it (tests/unit/test_evidence.py). -#}
{% macro allowance() -%} 0.5 {%- endmacro %}

{#- The colour of a settled figure of `cells` against their four limits: red or yellow where it lies
    beyond one and, if it is counted, surely so; `unsure` where it lies beyond one, and the truth
    behind it may not. `scaled`: what a limit is multiplied by to stand in the indicator's unit. -#}
{% macro colour_of(cells, figure, limits, scaled="1") -%}
    {%- set broken = {} -%}
    {%- for colour in ["yellow", "red"] -%}
        {%- set beyond = [] -%}
        {%- for end, sign in [("low", "-"), ("high", "")] -%}
            {%- set limit = "(" ~ limits ~ "." ~ colour ~ "_" ~ end ~ " * " ~ scaled ~ ")" -%}
            {%- do beyond.append(
                sign
                ~ " "
                ~ distance_from(
                    cells ~ ".noise",
                    cells ~ ".numerator",
                    "coalesce(" ~ cells ~ ".denominator, 1)",
                    cells ~ ".scale",
                    limit,
                )
            ) -%}
        {%- endfor -%}
        {%- do broken.update(
            {
                colour: "coalesce(greatest(" ~ beyond
                | join(", ") ~ ") >= " ~ limits ~ ".distance, true)"
            }
        ) -%}
    {%- endfor -%}
    case
        when ({{ breaks(figure, limits, "red") }}) and {{ broken["red"] }}
        then 'red'
        when ({{ breaks(figure, limits, "yellow") }}) and {{ broken["yellow"] }}
        then 'yellow'
        when {{ breaks(figure, limits, "yellow") }}
        then 'unsure'
        else 'green'
    end
{%- endmacro %}

{#- How far a counted figure of int_warning_figures lies above a limit of its rule, in standard
    deviations; below zero where it lies below. Empty where nothing is known of its noise. -#}
{% macro distance_beyond(limit) -%}
    case
        when {{ limit }} is null
        then null
        when rule = 'threshold'
        then {{ distance_from("noise", "count", "whole", "scale", limit) }}
        when rule = 'pace'
        then {{ distance_from("noise", "count", "whole", "scale", "(" ~ limit ~ " * due / 100)") }}
        when rule = 'change'
        then
            {{
                distance_of_change(
                    "noise",
                    "measure",
                    limit,
                    "scale",
                    "count",
                    "whole",
                    "count_then",
                    "whole_then",
                )
            }}
    end
{%- endmacro %}

{#- Whether a settled figure lies on the good side of a limit by at least its margin. -#}
{% macro clears(figure, limits, colour) -%}
    {%- set low, high = limits ~ "." ~ colour ~ "_low", limits ~ "." ~ colour ~ "_high" -%}
    {%- set margin = limits ~ ".clear_margin" -%}
    coalesce({{ figure }} >= {{ settled("(" ~ low ~ " + " ~ margin ~ ")") }}, true)
    and coalesce({{ figure }} <= {{ settled("(" ~ high ~ " - " ~ margin ~ ")") }}, true)
{%- endmacro %}

{#- The four limits as they stand on the last day of a period: those for a whole year by the part of
    it that has passed, all others as they are. -#}
{% macro limits_at(limits, kind, start) -%}
    {%- set last_day = period_end_of(kind, start) -%}
    {%- set passed = (
        "(month("
        ~ last_day
        ~ ") - 1 + day("
        ~ last_day
        ~ ") / day(last_day("
        ~ last_day
        ~ "))) / 12"
    ) -%}
    {%- for end in ["yellow_low", "yellow_high", "red_low", "red_high"] -%}
        if(
            {{ limits }}.per = 'year',
            {{ settled("(" ~ limits ~ "." ~ end ~ " * " ~ passed ~ ")") }},
            {{ limits }}.{{ end }}
        ) as {{ end }}{{ ',' if not loop.last }}
    {% endfor %}
{%- endmacro %}

{#- The limit of a colour that a figure breaks, or to which it is nearer. -#}
{% macro nearer_limit(figure, limits, colour) -%}
    case
        when {{ limits }}.{{ colour }}_low is null
        then {{ limits }}.{{ colour }}_high
        when {{ limits }}.{{ colour }}_high is null
        then {{ limits }}.{{ colour }}_low
        when 2 * {{ figure }} < {{ limits }}.{{ colour }}_low + {{ limits }}.{{ colour }}_high
        then {{ limits }}.{{ colour }}_low
        else {{ limits }}.{{ colour }}_high
    end
{%- endmacro %}

{#- The machine of all rules: which level stands after each figure of a series, since when.

    `figures` has a row a figure: series, period_start, figure, the four limits, after,
    clear_margin, distance, and how far each limit is broken in deviations. A figure beyond its limit
    without the evidence that is asked for breaks nothing, and clears nothing; no figure at all breaks
    nothing, and clears everything. Evidence adds up from the last one that clears on: the sum of
    distances, each less the allowance, above the lowest that it has been (a cumulative sum). For each
    colour `after` figures in a row beyond the limit switch it on, one on the good side by the margin switches it off, anything else leaves it as it
    is. Added columns: level (red, yellow or none), first_period_start (first period of the run that
    switched the level on), in_a_row (figures in a row, up to this one, beyond the limit of the
    level), {colour}_gathered (the evidence), spread (macros/weight.sql). -#}
{% macro levels(figures) %}
    with
        settled_figures as (
            select
                *
                {%- for colour in ["yellow", "red"] %}
                    , {{ clears("settled_figure", "figures", colour) }} as {{ colour }}_clears
                {%- endfor %}
            from
                (
                    select *, {{ settled("figure") }} as settled_figure
                    from {{ figures }} as figures
                ) as figures
        ),

        -- Only where evidence adds up, which is one row in ten: windows are what this model costs.
        stretches as (
            select
                *
                {%- for colour in ["yellow", "red"] %}
                    ,
                    count(*) filter (where {{ colour }}_clears) over so_far as {{ colour }}_stretch
                {%- endfor %}
            from settled_figures
            where decision_interval is not null
            window so_far as (partition by series order by period_start rows unbounded preceding)
        ),

        summed as (
            select
                *
                {%- for colour in ["yellow", "red"] %}
                    ,
                    sum({{ colour }}_distance - {{ allowance() }}) filter (
                        where figure is not null
                    ) over (
                        partition by series, {{ colour }}_stretch
                        order by period_start
                        rows unbounded preceding
                    ) as {{ colour }}_sum
                {%- endfor %}
            from stretches
        ),

        gathered as (
            select
                * exclude (yellow_stretch, red_stretch, yellow_sum, red_sum)
                {%- for colour in ["yellow", "red"] %}
                    ,
                    {{ colour }}_sum - least(
                        0,
                        min({{ colour }}_sum) over (
                            partition by series, {{ colour }}_stretch
                            order by period_start
                            rows unbounded preceding
                        )
                    ) as {{ colour }}_gathered
                {%- endfor %}
            from summed
            union all
            select *, null, null
            from settled_figures
            where decision_interval is null
        ),

        seen as (
            select
                *
                {%- for colour in ["yellow", "red"] %}
                    ,
                    ({{ breaks("settled_figure", "gathered", colour) }})
                    and {{ is_evident("gathered", colour) }} as {{ colour }}_breaks
                {%- endfor %}
            from gathered
        ),

        -- A run is what follows a figure that does not break: the same number for all of one run.
        runs as (
            select
                *
                {%- for colour in ["yellow", "red"] %}
                    ,
                    count(*) filter (where not {{ colour }}_breaks) over so_far as {{ colour }}_run
                {%- endfor %}
            from seen
            window so_far as (partition by series order by period_start rows unbounded preceding)
        ),

        counted as (
            select
                *
                {%- for colour in ["yellow", "red"] %}
                    ,
                    count(*) filter (where {{ colour }}_breaks) over {{ colour }}_so_far
                    as {{ colour }}_in_a_row,
                    min(period_start) filter (where {{ colour }}_breaks) over {{ colour }}_so_far
                    as {{ colour }}_since
                {%- endfor %}
            from runs
            window
                {%- for colour in ["yellow", "red"] %}
                    {{ colour }}_so_far as (
                        partition by series, {{ colour }}_run
                        order by period_start
                        rows unbounded preceding
                    ){{ ',' if not loop.last }}
                {%- endfor %}
        ),

        -- The newest event decides.
        switched as (
            select
                *
                {%- for colour in ["yellow", "red"] %}
                    ,
                    coalesce(
                        last_value(
                            case
                                when {{ colour }}_in_a_row >= after
                                then true
                                when {{ colour }}_clears
                                then false
                            end ignore nulls
                        ) over so_far,
                        false
                    ) as {{ colour }}_on
                {%- endfor %}
            from counted
            window so_far as (partition by series order by period_start rows unbounded preceding)
        ),

        levelled as (
            select
                *,
                case when red_on then 'red' when yellow_on then 'yellow' end as level,
                level is not null
                and lag(level) over (partition by series order by period_start) is null as starts
            from switched
        )

    select
        * exclude (
            starts,
            settled_figure
            {%- for colour in ["yellow", "red"] %}
                ,
                {{ colour }}_breaks,
                {{ colour }}_clears,
                {{ colour }}_run,
                {{ colour }}_in_a_row,
                {{ colour }}_since,
                {{ colour }}_on
            {%- endfor %}
        ),
        if(
            level is null, null, last_value(if(starts, yellow_since, null) ignore nulls) over so_far
        ) as first_period_start,
        case level when 'red' then red_in_a_row when 'yellow' then yellow_in_a_row end as in_a_row,
        {{ spread_of("levelled") }} as spread
    from levelled
    window
        so_far as (partition by series order by period_start rows unbounded preceding),
        lately as (partition by series order by period_start rows 23 preceding)
{% endmacro %}

{#- Names a series: what is judged by itself and has at most one open warning. A pace is judged
    year by year, because a target is one year's. -#}
{% macro series_of(indicator, area, rule, day) -%}
    concat_ws(
        '/', {{ indicator }}, {{ area }}, {{ rule }}, if({{ rule }} = 'pace', year({{ day }}), null)
    )
{%- endmacro %}

{#- Joins the target of the year of `day` to `cells`, an area's own before the general one;
    read it with year_target(). -#}
{% macro join_targets(cells, day) -%}
    left join
        {{ source("registry", "targets") }} as targets
        on {{ cells }}.indicator = targets.indicator
        and year({{ day }}) = targets.year
        and targets.area is null
    left join
        {{ source("registry", "targets") }} as own_targets
        on {{ cells }}.indicator = own_targets.indicator
        and year({{ day }}) = own_targets.year
        and {{ cells }}.area = own_targets.area
{%- endmacro %}

{% macro year_target() -%} coalesce(own_targets.target, targets.target) {%- endmacro %}

{#- Whether a figure meets a target, at twelve digits; null for a neutral indicator. -#}
{% macro meets(direction, figure, target) -%}
    case
        {{ direction }}
        when 'higher_is_better'
        then {{ settled(figure) }} >= {{ settled(target) }}
        when 'lower_is_better'
        then {{ settled(figure) }} <= {{ settled(target) }}
    end
{%- endmacro %}

{#- Whether a figure meets the target of its own year. A count that runs on and is to stay low has
    met it when the year is over, not while it fills. -#}
{% macro has_reached(cells, value, target, adds_up) -%}
    {%- set last_day = period_end_of(cells ~ ".period_kind", cells ~ ".period_start") -%}
    coalesce(
        {{ meets(cells ~ ".direction", value, target) }}
        and not (
            {{ cells }}.direction = 'lower_is_better'
            and {{ adds_up }}
            and (month({{ last_day }}) < 12 or day({{ last_day }}) < 31)
        ),
        false
    )
{%- endmacro %}
