{#- Progress towards a target in one sentence; a column of a language ends in its code. -#}
{% macro progress_in_words(words, language) -%}
    {%- set unit, moved = "unit_" ~ language, "change_unit_" ~ language -%}
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
    }} || coalesce(
        {{
            word_for(
                words,
                language,
                "outlook",
                "progress_outlook",
                {"day": "strftime(newer_due, '%d/%m/%Y')"},
            )
        }},
        ''
    )
    || coalesce(
        {{
            say(
                words,
                language,
                "progress.should_stand",
                {"figure": measured("should_stand", unit, language, decimals="decimals")},
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
                    "required": measured(
                        "required_per_period", moved, language, decimals="decimals"
                    ),
                    "average": measured(
                        "average_per_period", moved, language, decimals="decimals"
                    ),
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
                    "figure": measured("forecast", unit, language, decimals="decimals"),
                    "confidence": number("forecast_confidence", language),
                    "low": number("forecast_low", language, decimals="decimals"),
                    "high": number("forecast_high", language, decimals="decimals"),
                },
            )
        }},
        ''
    )
    || '.'
{%- endmacro %}
