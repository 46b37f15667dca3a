{#- What can still come of a year: the ends that arithmetic leaves, and how likely a forecast reaches
    a target. Shapes and words of a target's row stand in progress.sql and progress_words.sql. -#}
{#- The figure at the end of the year if each period left is at one `end` (`least` or `most`) of what
    it may be. What a total may be at most is said of the whole (int_courses). -#}
{% macro possible_end(end) -%}
    case
        when is_old or is_over or periods_left = 0
        then null
        when course = 'sum'
        then
            {% if end == "least" %} value + periods_left * least
            {% else %} if(most is null, null, greatest(most, value))
            {% endif %}
        when course = 'ratio'
        then (value * weight + {{ end }} * weight_left) / (weight + weight_left)
    end
{%- endmacro %}

{#- What leaves a tenth of a normal distribution beyond it: the ends of an interval of 80 %, which
    forecasts have (kinhbac/forecast/year_end.py; tests/unit/test_targets.py keeps them together). -#}
{% macro normal_80() -%} 1.2815515655446004 {%- endmacro %}

{#- Percent of the forecast that meets the target. An interval of 80 % says it at three places: a
    tenth lies below its low end, half below its middle, a tenth above its high end; between and
    beyond them it is half of a normal curve on either side. Whole percents, towards the toss of
    a coin; 1 to 99: a forecast is never certain. Beyond an end that falls on the middle (a share
    at 100 %) nothing more is known than that a tenth lies there at most. -#}
{% macro probability_of(direction, target, middle, low, high) -%}
    {%- set side = (
        "if("
        ~ target
        ~ " >= "
        ~ middle
        ~ ", "
        ~ high
        ~ " - "
        ~ middle
        ~ ", "
        ~ middle
        ~ " - "
        ~ low
        ~ ")"
    ) -%}
    {%- set apart = (
        "if("
        ~ direction
        ~ " = 'lower_is_better', -1, 1) * "
        ~ difference(middle, target)
    ) -%}
    list_transform(
        [{'apart':{{ apart }}, 'side':{{ side }}}],
        lambda one:list_transform(
            [
                case
                    when one.apart = 0
                    then 50
                    when one.side <= 0
                    then if(one.apart > 0, 90, 10)
                    when one.apart > 0
                    then 100 - 50 * {{ both_tails("(" ~ normal_80() ~ " * one.apart / one.side)") }}
                    else 50 * {{ both_tails("(" ~ normal_80() ~ " * one.apart / one.side)") }}
                end
            ],
            lambda p:least(99, greatest(1, if(p >= 50, floor(round(p, 4)), ceil(round(p, 4)))))
        )[1]
    )[1]
{%- endmacro %}
