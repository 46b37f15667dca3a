{#- Figures, periods and sentences in the words of a person: language `vi` or `en`. -#}
{#- Sections of the catalogue (kinhbac/words/), read once a model while dbt compiles it, so that
    a night computes no text that it could know beforehand: language → `section.key` → text. -#}
{% macro words_of() -%}
    {%- set words = {"vi": {}, "en": {}} -%}
    {%- if execute -%}
        {%- set query -%}
            select section || '.' || entry, vi, en
            from read_parquet({{ literal("tables/words.parquet") }})
            where section in ('{{ varargs | join("', '") }}')
            order by section, entry
        {%- endset -%}
        {%- for key, vi, en in run_query(query).rows -%}
            {%- do words["vi"].update({key: vi}) -%} {%- do words["en"].update({key: en}) -%}
        {%- endfor -%}
    {%- endif -%}
    {{ return(words) }}
{%- endmacro %}

{#- An entry of the catalogue with its placeholders filled: what SQL computes, by name. Null
    where one of them is. Which entries are asked for is checked by `make check`. -#}
{% macro say(words, language, key, filled={}) -%}
    {%- if not execute -%} {{ return("''") }}{%- endif -%}
    {%- if key not in words[language] -%}
        {{
            exceptions.raise_compiler_error(
                "The catalogue in kinhbac/words/ has no «"
                ~ key
                ~ "», or words_of() was not asked for its section."
            )
        }}
    {%- endif -%}
    {%- set parts = [] -%}
    {%- for piece in modules.re.split("\{(\w+)\}", words[language][key]) -%}
        {%- if loop.index is even -%}
            {%- if piece not in filled -%}
                {{
                    exceptions.raise_compiler_error(
                        "«"
                        ~ key
                        ~ "» of the catalogue has {"
                        ~ piece
                        ~ "}, with which nothing was said to fill it."
                    )
                }}
            {%- endif -%}
            {%- do parts.append("(" ~ filled[piece] ~ ")::varchar") -%}
        {%- elif piece -%} {%- do parts.append("'" ~ piece.replace("'", "''") ~ "'") -%}
        {%- endif -%}
    {%- endfor -%}
    {{ return(parts | join(" || ")) }}
{%- endmacro %}

{#- The entry of a section for what a column holds; null for what the section does not know. -#}
{% macro word_for(words, language, column, section, filled={}) -%}
    case
        {{ column }}
        {%- for key in words[language] if key.startswith(section ~ '.') %}
            when '{{ key.split('.')[1] }}' then {{ say(words, language, key, filled) }}
        {%- endfor %}
    end
{%- endmacro %}

{#- A figure in the digits that people are shown (kinhbac/digits.py): three significant ones, or
    `decimals`; as many more, up to six, as tell it from what it would else look like. 1.234,5 in
    Vietnamese. A function of Python's: written out in SQL, a sentence of a few figures took longer
    to plan than to tell. -#}
{% macro number(value, language, apart_from="null", decimals="null") -%}
    {%- set text = (
        "number_in_digits(("
        ~ value
        ~ ")::double, ("
        ~ apart_from
        ~ ")::double, ("
        ~ decimals
        ~ ")::integer)"
    ) -%}
    {%- if language == "vi" -%} translate({{ text }}, ',.', '.,')
    {%- else -%} {{ text }}
    {%- endif -%}
{%- endmacro %}

{#- A number with its unit: «88,1%», «12 hồ sơ». -#}
{% macro measured(value, unit, language, apart_from="null", decimals="null") -%}
    {{ number(value, language, apart_from, decimals) }}
    || if({{ unit }} = '%', '', ' ')
    || {{ unit }}
{%- endmacro %}

{#- The unit of a change: a rate moves by points. -#}
{% macro change_unit(words, language, unit) -%}
    if({{ unit }} = '%', {{ say(words, language, "site.points") }}, {{ unit }})
{%- endmacro %}

{#- A period in a sentence; that of a running total (`span` year_to_date) as what it takes together. -#}
{% macro period_in_words(words, language, kind, start, span="null") -%}
    {%- set year = {"year": "year(" ~ start ~ ")"} -%}
    {%- set quarters = "string_split(" ~ say(words, language, "period_text.quarters") ~ ", ' ')" -%}
    {%- set quarter = {"quarter": quarters ~ "[quarter(" ~ start ~ ")]"} -%}
    {%- set end_month = "month(" ~ period_end_of(kind, start) ~ ")" -%}
    {%- set to_date = dict({"n": end_month}, **year) -%}
    case
        if({{ span }} = 'year_to_date' and {{ kind }} not in ('day', 'year'), 'to_date', {{ kind }})
        when 'to_date'
        then {{ say(words, language, "period_text.to_date", to_date) }}
        when 'day'
        then strftime({{ start }}, {{ say(words, language, "period_text.day") }})
        when 'month'
        then strftime({{ start }}, {{ say(words, language, "period_text.month") }})
        when 'quarter'
        then {{ say(words, language, "period_text.quarter", dict(quarter, **year)) }}
        when 'half_year'
        then
            if(
                month({{ start }}) = 1,
                {{ say(words, language, "period_text.first_half", year) }},
                {{ say(words, language, "period_text.second_half", year) }}
            )
        else {{ say(words, language, "period_text.year", year) }}
    end
{%- endmacro %}
