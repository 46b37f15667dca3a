{#- A warning in one sentence: who, what, which limit, since when, and what the newest data say.
    The same columns and the same branches in both languages, so that neither says more than the
    other; a column of a language ends in its code. -#}
{% macro warning_in_words(words, language) -%}
    {%- set limit = {"colour": "colour_" ~ language, "limit": "limit_" ~ language} -%}
    {{ warned_of(words, language) }} || if(
        closed_because is null,
        '',
        {{
            word_for(
                words,
                language,
                "closed_because",
                "warning_closed",
                {"agency": "closed_by_" ~ language, "reason": "close_reason_" ~ language},
            )
        }}
    )
    || {{ what_data_say(words, language) }}
    || case
        when closed_because is not null and closed_because != 'decided'
        then ''
        when rule = 'late'
        then {{ say(words, language, "warning_limit.late", limit) }}
        when rule = 'stale'
        then {{ say(words, language, "warning_limit.stale", limit) }}
        else {{ how_far_beyond(words, language, limit) }}
    end
    || if(
        rule in ('stale', 'late') or data_state = 'fresh',
        '',
        {{
            word_for(
                words,
                language,
                "if(data_state in ('held', 'late', 'old'), data_state, 'missing')",
                "warning_rests_on",
            )
        }}
    )
    || if(
        first_figures_move is null,
        '',
        {{
            say(
                words,
                language,
                "warning_first_figures.move",
                {
                    "moved": measured(
                        "first_figures_move",
                        "change_unit_" ~ language,
                        language,
                        decimals="decimals",
                    ),
                    "periods": number("revised_periods", language),
                },
            )
        }}
    )
    || '.'
{%- endmacro %}

{% macro warned_of(words, language) -%}
    if(
        rule = 'late',
        {{
            say(
                words,
                language,
                "warning.of_source",
                {"source": "source_" ~ language, "owner": "owner_" ~ language},
            )
        }},
        {{
            say(
                words,
                language,
                "warning.of_area",
                {"area": "area_" ~ language, "name": "name_" ~ language},
            )
        }}
    )
{%- endmacro %}

{% macro what_data_say(words, language) -%}
    {%- set told = {
        "value": "value_" ~ language,
        "period": "last_" ~ language,
        "since": "since_" ~ language,
        "day": "strftime(overdue_since, '%d/%m/%Y')",
        "periods": number("figure", language),
        "percent": measured("figure", "'%'", language, "limit_value"),
        "due": measured("value_due", "unit_" ~ language, language, decimals="decimals"),
        "change": measured(
            "abs(figure)",
            "change_unit_" ~ language,
            language,
            "abs(limit_value)",
            "if(measure = 'percent', null, decimals)",
        ),
        "before": "if(against = 'last_year', "
        ~ say(words, language, "warning_says.last_year")
        ~ ", "
        ~ say(words, language, "warning_says.previous")
        ~ ")",
    } -%}
    case
        rule
        when 'late'
        then
            if(
                closed_because = 'cleared',
                {{ say(words, language, "warning_says.received", told) }},
                {{ say(words, language, "warning_says.owed", told) }}
            )
        when 'stale'
        then
            coalesce(
                {{ say(words, language, "warning_says.newest", told) }},
                {{ say(words, language, "warning_says.no_figure") }}
            ) || if(
                closed_because = 'cleared',
                '',
                {{ say(words, language, "warning_says.without_figure", told) }}
            )
        when 'pace'
        then
            coalesce(
                {{ say(words, language, "warning_says.pace_due", told) }},
                {{ say(words, language, "warning_says.pace", told) }}
            )
        when 'change'
        then
            if(
                figure < 0,
                {{ say(words, language, "warning_says.fallen", told) }},
                {{ say(words, language, "warning_says.risen", told) }}
            )
        else {{ say(words, language, "warning_says.value", told) }}
    end
{%- endmacro %}

{#- The limit in the measure of its rule. -#}
{% macro warning_limit(language) -%}
    case
        when rule in ('stale', 'late')
        then {{ number("limit_value", language) }}
        when rule = 'pace'
        then {{ measured("limit_value", "'%'", language) }}
        when rule = 'change'
        then {{ measured("abs(limit_value)", "change_unit_" ~ language, language) }}
        else {{ measured("limit_value", "unit_" ~ language, language) }}
    end
{%- endmacro %}

{% macro how_far_beyond(words, language, limit) -%}
    {%- set needed = {
        "change": measured(
            "abs(needed_a_month)",
            "change_unit_" ~ language,
            language,
            decimals="decimals",
        ),
        "target": measured("target", "unit_" ~ language, language, decimals="decimals"),
    } -%}
    case
        when not breaks
        then {{ say(words, language, "warning_limit.not_clear", limit) }}
        when rule = 'change'
        then {{ say(words, language, "warning_limit.beyond", limit) }}
        when {{ settled("figure") }} < {{ settled("limit_value") }}
        then {{ say(words, language, "warning_limit.below", limit) }}
        else {{ say(words, language, "warning_limit.above", limit) }}
    end || if(
        coalesce(in_a_row > 1, false),
        {{ say(words, language, "warning_limit.in_a_row", {"n": "in_a_row"}) }},
        ''
    )
    || {{ say(words, language, "warning_limit.since", {"since": "since_" ~ language}) }}
    || case
        when rule != 'pace' or needed_a_month is null
        then ''
        when needed_a_month < 0
        then {{ say(words, language, "warning_limit.must_fall", needed) }}
        when direction = 'higher_is_better'
        then {{ say(words, language, "warning_limit.must_rise", needed) }}
        else {{ say(words, language, "warning_limit.may_rise", needed) }}
    end
{%- endmacro %}
