{#- Progress towards a target in one sentence; a column of a language ends in its code. Which clause is
    said is a code beside the figures (`needed`, `chance`, `met`, `ends`: progress.sql), and a
    clause that misses a figure is left out. -#}
{% macro progress_in_words(words, language) -%}
    {%- set unit, moved = "unit_" ~ language, "change_unit_" ~ language -%}
    {%- set figures = {
        "required": measured(
            "abs(required_per_period)", moved, language, decimals="decimals"
        ),
        "level": measured("required_per_period", unit, language, decimals="decimals"),
        "least": measured("least", unit, language, decimals="decimals"),
        "most": measured("most", unit, language, decimals="decimals"),
        "low": measured("possible_low", unit, language, "target", "decimals"),
        "high": measured("possible_high", unit, language, "target", "decimals"),
        "n": "periods_left",
        "year": "year - 1",
        "percent": "probability::integer",
        "from": period_in_words(words, language, "period_kind", "met_from"),
        "until": period_in_words(words, language, "period_kind", "met_until"),
    } -%}
    {%- set forecast = {
        "figure": measured("forecast", unit, language, decimals="decimals"),
        "confidence": number("forecast_confidence", language),
        "low": number("forecast_low", language, decimals="decimals"),
        "high": number("forecast_high", language, decimals="decimals"),
    } -%}
    {%- set should_stand = {
        "figure": measured("should_stand", unit, language, decimals="decimals")
    } -%}
    {%- set average = {
        "average": measured("average_per_period", moved, language, decimals="decimals")
    } -%}
    {%- set day = {"day": "strftime(newer_due, '%d/%m/%Y')"} -%}
    {{
        say(
            words,
            language,
            "progress.target",
            {
                "value": measured("value", unit, language, "target", "decimals"),
                "period": period_in_words(words, language, "period_kind", "period_start", "span"),
                "year": "year",
                "target": measured("target", unit, language, decimals="decimals"),
            },
        )
    }} || concat(
        {{ word_for(words, language, "outlook", "progress_outlook", day) }},
        {{ word_for(words, language, "outlook_gap", "progress_gap") }},
        {{ word_for(words, language, "met", "progress_met", figures) }},
        if(is_met_by_rounding, {{ say(words, language, "progress.met_by_rounding") }}, ''),
        {{ word_for(words, language, "ends", "progress_ends", figures) }},
        {{ say(words, language, "progress.should_stand", should_stand) }},
        {{ word_for(words, language, "needed", "progress_needed", figures) }},
        if(needed is null, '', {{ say(words, language, "progress.so_far", average) }}),
        {{ say(words, language, "progress.forecast", forecast) }},
        {{ word_for(words, language, "chance", "progress_chance", figures) }},
        '.'
    )
{%- endmacro %}
