{#- Progress towards a target in one sentence; a column of a language ends in its code. -#}
{% macro progress_in_words(words, language) -%}
    {%- set unit, moved = "unit_" ~ language, "change_unit_" ~ language -%}
    {{
        say(
            words,
            language,
            "progress.target",
            {
                "value": measured("value", unit, language),
                "period": period_in_words(words, language, "period_kind", "period_start"),
                "year": "year",
                "target": measured("target", unit, language),
            },
        )
    }}
    || coalesce({{ word_for(words, language, "outlook", "progress_outlook") }}, '')
    || coalesce(
        {{
            say(
                words,
                language,
                "progress.should_stand",
                {"figure": measured("should_stand", unit, language)},
            )
        }},
        ''
    )
    || if(
        required_per_period is not null and not reached and direction = 'higher_is_better',
        {{
            say(
                words,
                language,
                "progress.required",
                {
                    "required": measured("required_per_period", moved, language),
                    "average": measured("average_per_period", moved, language),
                },
            )
        }},
        ''
    )
    || coalesce(
        {{
            say(
                words,
                language,
                "progress.forecast",
                {
                    "figure": measured("forecast", unit, language),
                    "confidence": number("forecast_confidence", language),
                    "low": number("forecast_low", language),
                    "high": number("forecast_high", language),
                },
            )
        }},
        ''
    )
    || '.'
{%- endmacro %}
