{#- Progress towards a target in one sentence. -#}
{#- Which clauses are said: entries of the catalogue's sections progress_met, _ends, _needed and
    _chance. What an old figure's year can be is not known: its columns are empty. -#}
{% macro clauses_of_progress() -%}
    -- Equal at twelve digits, and no further.
    reached
    and if(direction = 'lower_is_better', value > target, value < target) as is_met_by_rounding,
    case
        when outlook = 'reached' and period_kind = 'year'
        then null
        when outlook = 'reached'
        then 'since'
        when met_from is not null and met_until is null
        then 'perhaps'
        when met_from < met_until
        then 'between'
        when met_from = met_until
        then 'in'
    end as met,
    case
        when outlook = 'never' and course = 'sum'
        then 'never_total'
        when outlook = 'never'
        then 'never_' || direction
        when course = 'ratio' and reached and is_certain
        then 'certain_' || direction
        when course = 'ratio'
        then 'between'
    end as ends,
    case
        when outlook = 'never' or required_per_period is null or direction = 'neutral'
        then null
        when course = 'ratio'
        then 'must_be'
        when course = 'sum' and direction = 'higher_is_better'
        then 'must_add'
        when course = 'sum' and gap >= 0
        then 'may_add'
        when course = 'newest'
        then if(gap > 0, 'must_rise', 'must_fall')
    end as needed,
    case
        when probability in (0, 100)
        then null
        when probability = 1
        then 'below_one'
        when probability = 99
        then 'above_99'
        when probability is not null
        then 'percent'
    end as chance
{%- endmacro %}

{#- The figures of the sentence as they are written in English, each once: what many clauses in two
    languages tell is else the greater part of the model, and of the second that it takes. -#}
{% macro figures_of_progress() -%}
    {%- for figure, beside in [
        ("value", "target"),
        ("possible_low", "target"),
        ("possible_high", "target"),
        ("forecast_low", "forecast_high"),
        ("forecast_high", "forecast_low"),
    ] %}
        {{ number(figure, "en", beside, "decimals") }} as {{ figure }}_said,
    {%- endfor %}
    {{ number("value", "en", decimals="decimals") }} as value_alone_said,
    {{ number("abs(gap)", "en", decimals="null") }} as gap_said,
    -- A movement has the digits of the figure that moved (docs/method.md, «Digits»).
    case
        when average_per_period != 0 and {{ rounded("average_per_period", "moved_digits") }} = 0
        then '≈ 0'
        else {{ number("average_per_period", "en", decimals="moved_digits") }}
    end as average_per_period_said,
    {%- for figure in [
        "target",
        "should_stand",
        "required_per_period",
        "least",
        "most",
        "forecast",
    ] %}
        {{ number(figure, "en", decimals="decimals") }}
        as {{ figure }}_said{{ ',' if not loop.last }}
    {%- endfor %}
{%- endmacro %}

{#- What fills the placeholders of the sentence in a language: figures with their units, periods. -#}
{% macro fillings_of_progress(words, language) -%}
    {%- set unit, moved = "unit_" ~ language, "change_unit_" ~ language -%}
    {%- set said = {
        "period": period_in_words(
            words, language, "period_kind", "period_start", "span"
        ),
        "from": period_in_words(words, language, "period_kind", "met_from"),
        "until": period_in_words(words, language, "period_kind", "met_until"),
        "year": "year",
        "year_before": "year - 1",
        "n": "periods_left",
        "percent": "probability::integer",
        "confidence": "forecast_confidence::integer",
        "day": "strftime(newer_due, '%d/%m/%Y')",
    } -%}
    {%- for name, figure, measure in [
        ("value", "value", unit),
        ("target", "target", unit),
        ("stand", "should_stand", unit),
        ("level", "required_per_period", unit),
        ("required", "required_per_period", moved),
        ("average", "average_per_period", moved),
        ("short", "gap", moved),
        ("least", "least", unit),
        ("most", "most", unit),
        ("low", "possible_low", unit),
        ("high", "possible_high", unit),
        ("forecast", "forecast", unit),
        ("forecast_low", "forecast_low", none),
        ("forecast_high", "forecast_high", none),
    ] -%}
        {%- set text = figure ~ "_said" -%}
        {%- if name == "required" -%} {%- set text = "ltrim(" ~ text ~ ", '-')" -%} {%- endif -%}
        {%- if language == "vi" -%}
            {%- set text = "translate(" ~ text ~ ", ',.', '.,')" -%}
        {%- endif -%}
        {%- if measure -%}
            {%- set text = text ~ " || if(" ~ measure ~ " = '%', '', ' ') || " ~ measure -%}
        {%- endif -%}
        {%- do said.update({name: text}) -%}
    {%- endfor -%}
    {{ return(said) }}
{%- endmacro %}

{#- How it will end, why, when and how likely; a clause that misses one of its figures is left out. -#}
{% macro outlook_in_words(words, language) -%}
    {%- set said = fillings_of_progress(words, language) -%}
    concat(
        {{ word_for(words, language, "outlook", "outlook") }},
        if(outlook = 'old', {{ say(words, language, "progress.old", said) }}, ''),
        {{ word_for(words, language, "outlook_gap", "progress_gap") }},
        {{ word_for(words, language, "met", "progress_met", said) }},
        {{ word_for(words, language, "chance", "progress_chance", said) }},
        if(is_met_by_rounding, {{ say(words, language, "progress.met_by_rounding") }}, ''),
        if(is_nearly_met, {{ say(words, language, "progress.nearly_met", said) }}, ''),
        {{ word_for(words, language, "ends", "progress_ends", said) }}
    )
{%- endmacro %}

{#- The whole sentence, of which the outlook is a column by now. -#}
{% macro progress_in_words(words, language) -%}
    {%- set said = fillings_of_progress(words, language) -%}
    {{ say(words, language, "progress.target", said) }}
    || ': '
    || concat(
        outlook_{{ language }},
        {{ say(words, language, "progress.should_stand", said) }},
        {{ word_for(words, language, "needed", "progress_needed", said) }},
        if(needed is null, '', {{ say(words, language, "progress.so_far", said) }}),
        {{ say(words, language, "progress.forecast", said) }},
        '.'
    )
{%- endmacro %}
