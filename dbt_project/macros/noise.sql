{#- What chance does to counted figures: intervals, how far a count lies from what was expected, and
    many tests at once. Which figures are counted says kinhbac/registry/definitions/noise.py.
    `count` are cases or events, `whole` the cases of which they are some, `mean` the events that
    were expected. Distances are in standard deviations, so that 1.96 leaves 2.5 % beyond them. -#}
{#- What leaves 2.5 % and 0.1 % of a normal distribution beyond it. -#}
{% macro normal_95() -%} 1.959963984540054 {%- endmacro %}

{% macro normal_998() -%} 3.090232306167813 {%- endmacro %}

{#- Both tails of the normal distribution beyond a distance, to a ten millionth of themselves
    (Press et al. 2007, Numerical Recipes, 6.2.2). -#}
{% macro both_tails(distance) -%}
    {%- set x = "(abs(" ~ distance ~ ") / sqrt(2))" -%}
    {%- set t = "(1 / (1 + 0.5 * " ~ x ~ "))" -%}
    {%- set found = namespace(sum="0.17087277") -%}
    {%- for factor in [
        -0.82215223,
        1.48851587,
        -1.13520398,
        0.27886807,
        -0.18628806,
        0.09678418,
        0.37409196,
        1.00002368,
        -1.26551223,
    ] -%}
        {%- set found.sum = "(" ~ factor ~ " + " ~ t ~ " * " ~ found.sum ~ ")" -%}
    {%- endfor -%}
    {{ t }} * exp({{ found.sum }} - {{ x }} * {{ x }})
{%- endmacro %}

{#- An end (`+` or `-`) of Wilson's interval of 95 % for a share of 1 (Wilson 1927). -#}
{% macro wilson_end(count, whole, end) -%}
    {%- set z = normal_95() -%}
    least(
        1,
        greatest(
            0,
            (
                {{ count }}
                + {{ z }}
                * {{ z }}
                / 2 {{ end }} {{ z }}
                * sqrt(
                    greatest({{ count }} * ({{ whole }} - {{ count }}), 0) / {{ whole }}
                    + {{ z }} * {{ z }} / 4
                )
            )
            / ({{ whole }} + {{ z }} * {{ z }})
        )
    )
{%- endmacro %}

{#- The exact interval of 95 % for the events of which 0, 1, 2 … 99 were seen (Garwood 1936), as the
    body of a CTE: events, low, high. From the approximation for more of them four steps of
    Newton's lead to where the tail is 2.5 %, to the last digits. -#}
{% macro exact_ends() -%}
    {%- set tail = (
        "list_sum(list_transform(range(seen + 1), lambda k: "
        "exp(k * ln(mean) - mean - lgamma(k + 1))))"
    ) -%}
    with
        -- Of the low end the events are one less: what is seen or more has 2.5 %.
        step_0 as (
            select
                events,
                side,
                events - (side = 'low')::int as seen,
                if(side = 'low', 0.975, 0.025) as wanted,
                {{ many_events_end("seen + 1", "if(side = 'low', -1, 1)") }} as mean
            from (select unnest(range(100)) as events), (select unnest(['low', 'high']) as side)
            where side = 'high' or events > 0
        ),
        {%- for step in range(1, 5) %}
            step_{{ step }} as (
                select
                    * exclude (mean),
                    mean
                    + ({{ tail }} - wanted) / exp(seen * ln(mean) - mean - lgamma(seen + 1)) as mean
                from step_{{ step - 1 }}
            ),
        {%- endfor %}
        ends as (select * from step_4)

    select
        events,
        coalesce(max(mean) filter (where side = 'low'), 0) as low,
        max(mean) filter (where side = 'high') as high
    from ends
    group by events
{%- endmacro %}

{#- An end of the interval of 95 % for many events: their own number for the low end, one more for
    the high one (Byar's approximation; Breslow and Day 1987, 2.3). `sign`: -1 or 1. -#}
{% macro many_events_end(events, sign) -%}
    ({{ events }}) * pow(
        1
        - 1 / (9.0 * ({{ events }}))
        + ({{ sign }}) * {{ normal_95() }} / (3 * sqrt({{ events }})),
        3
    )
{%- endmacro %}

{#- How far `count` lies from what a share of 1 would bring (Camp and Paulson's approximation of the
    binomial tail; Johnson, Kemp and Kotz 2005, 3.6.1), half of what was seen counted on each
    side (mid-P; Lancaster 1961). -#}
{% macro distance_from_share(count, whole, share) -%}
    {%- set p = "least(greatest(" ~ share ~ ", 1e-9), 1 - 1e-9)" -%}
    {%- set k = "(" ~ count ~ " + 0.5)" -%}
    {%- set m = "(greatest(" ~ whole ~ " - " ~ count ~ ", 0) + 0.5)" -%}
    {%- set c = "cbrt(" ~ k ~ " * (1 - " ~ p ~ ") / (" ~ m ~ " * " ~ p ~ "))" -%}
    ((1 - 1 / (9 * {{ k }})) * {{ c }} - (1 - 1 / (9 * {{ m }})))
    / sqrt({{ c }} * {{ c }} / (9 * {{ k }}) + 1 / (9 * {{ m }}))
{%- endmacro %}

{#- How far `count` events lie from the `mean` (Byar's approximation of the Poisson tail; Breslow
    and Day 1987, 2.11), mid-P as above, of which it is the limit. -#}
{% macro distance_from_mean(count, mean) -%}
    {%- set k = "(" ~ count ~ " + 0.5)" -%}
    3 * sqrt({{ k }}) * (1 - 1 / (9 * {{ k }}) - cbrt(greatest({{ mean }}, 1e-9) / {{ k }}))
{%- endmacro %}

{#- How far a figure lies from an assumed one, both in the unit of the indicator. `noise`: share,
    rate or count. -#}
{% macro distance_from(noise, count, whole, scale, assumed) -%}
    case
        when {{ assumed }} is null
        then null
        when {{ noise }} = 'share'
        then {{ distance_from_share(count, whole, "(" ~ assumed ~ " / " ~ scale ~ ")") }}
        when {{ noise }} = 'rate'
        then {{ distance_from_mean(count, "(" ~ assumed ~ " * " ~ whole ~ " / " ~ scale ~ ")") }}
        when {{ noise }} = 'count'
        then {{ distance_from_mean(count, "(" ~ assumed ~ ")") }}
    end
{%- endmacro %}

{#- How far two figures of one kind lie apart: pooled for shares (Fleiss 1981, 2.2); of events one
    part of their sum (Przyborowski and Wilenski 1940), by the mean and variance of that. -#}
{% macro distance_between(noise, count, whole, other_count, other_whole) -%}
    {%- set pooled = (
        "(("
        ~ count
        ~ " + "
        ~ other_count
        ~ ") / ("
        ~ whole
        ~ " + "
        ~ other_whole
        ~ "))"
    ) -%}
    ({{ count }} / {{ whole }} - {{ other_count }} / {{ other_whole }}) / nullif(
        sqrt(
            greatest({{ pooled }} * if({{ noise }} = 'share', 1 - {{ pooled }}, 1), 0)
            * (1 / {{ whole }} + 1 / {{ other_whole }})
        ),
        0
    )
{%- endmacro %}

{#- The count at a distance from the expected one, by two terms of the expansion of Cornish and
    Fisher (1938), between nothing and all. Of events `share` is 0, and `whole` has no end. Where
    so few are expected that the expansion turns back, no count is so far on that side. -#}
{% macro count_at(mean, share, whole, distance) -%}
    {%- set deviation = "sqrt(" ~ mean ~ " * (1 - " ~ share ~ "))" -%}
    case
        when {{ deviation }} < - ({{ distance }}) * (1 - 2 * {{ share }}) / 2
        then if({{ distance }} < 0, 0, {{ whole }})
        else
            least(
                {{ whole }},
                greatest(
                    0,
                    {{ mean }}
                    + ({{ distance }}) * {{ deviation }}
                    + (pow({{ distance }}, 2) - 1) * (1 - 2 * {{ share }}) / 6
                )
            )
    end
{%- endmacro %}

{#- How far a figure has moved beyond `limit` (in percent of the earlier one, or in the unit): of
    events the part of their sum that the newer ones should be at most; else by the variances of
    both (Agresti and Caffo 2000 for shares). -#}
{% macro distance_of_change(
    noise, measure, limit, scale, count, whole, other_count, other_whole
) -%}
    {%- set times = "greatest(if(" ~ measure ~ " = 'percent', 1 + " ~ limit ~ " / 100, 1), 0)" -%}
    {%- set part = times ~ " * " ~ whole -%}
    {%- set more = "if(" ~ measure ~ " = 'percent', 0, " ~ limit ~ " / " ~ scale ~ ")" -%}
    case
        when {{ noise }} != 'share' and {{ measure }} = 'percent'
        then
            {{
                distance_from_share(
                    count,
                    "(" ~ count ~ " + " ~ other_count ~ ")",
                    "(" ~ part ~ " / (" ~ part ~ " + " ~ other_whole ~ "))",
                )
            }}
        else
            (
                {{ count }} / {{ whole }}
                - {{ times }} * {{ other_count }} / {{ other_whole }}
                - {{ more }}
            ) / sqrt(
                {{ variance(noise, count, whole) }}
                + pow({{ times }}, 2) * {{ variance(noise, other_count, other_whole) }}
            )
    end
{%- endmacro %}

{% macro variance(noise, count, whole) -%}
    if(
        {{ noise }} = 'share',
        ({{ count }} + 1) * (greatest({{ whole }} - {{ count }}, 0) + 1) / pow({{ whole }} + 2, 3),
        ({{ count }} + 0.5) / pow({{ whole }}, 2)
    )
{%- endmacro %}

{#- How many times the variance of chance areas have (Spiegelhalter 2005): the mean square of their
    distances, a tenth at each end drawn in; never less than once, and once where there are fewer
    than ten of them. -#}
{% macro overdispersion(distance, low, high, window) -%}
    if(
        count({{ distance }}) over {{ window }} < 10,
        1,
        greatest(
            1, avg(pow(least(greatest({{ distance }}, {{ low }}), {{ high }}), 2)) over {{ window }}
        )
    )
{%- endmacro %}

{#- Benjamini and Hochberg (1995), in two steps over the tests of a family, of which one in twenty
    that are told may be false: the tests that stand below the line, then all up to the last. -#}
{% macro below_the_line(p, family) -%}
    {{ p }}
    <= 0.05
    * count({{ p }}) over (partition by {{ family }} order by {{ p }})
    / count({{ p }}) over (partition by {{ family }})
{%- endmacro %}

{% macro is_discovery(p, below, family) -%}
    coalesce(
        {{ p }} <= max({{ p }}) filter (where {{ below }}) over (partition by {{ family }}), false
    )
{%- endmacro %}
