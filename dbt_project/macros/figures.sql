{#- Digits of computed figures. The rules and their reasons stand in kinhbac/digits.py, which says
    the same in Python (a test compares both to the last bit). Every comparison of computed
    figures, every sum of them and every rounding goes through here. -#}
{#- What is compared: a figure at twelve significant digits. -#}
{% macro settled(x) -%}
    round(
        ({{ x }}) * (1 + 1e-15),
        11 - floor(log10(least(greatest(abs({{ x }}), 1e-300), 1e300)))::integer
    )
{%- endmacro %}

{#- A figure that may be told: infinite or undefined is none. -#}
{% macro finite(x) -%} case when isfinite({{ x }}) then {{ x }} end {%- endmacro %}

{#- x − y; nothing at all where both are the same at twelve digits. -#}
{% macro difference(x, y) -%}
    case
        when ({{ settled(x) }}) = ({{ settled(y) }})
        then 0
        when isfinite(({{ x }}) - ({{ y }}))
        then ({{ x }}) - ({{ y }})
    end
{%- endmacro %}

{#- Whether x lies above y by more than a tolerance; each side at twelve digits. -#}
{% macro is_above(x, y, tolerance) -%}
    {{ settled(x) }} > {{ settled("(" ~ difference(y, "- (" ~ tolerance ~ ")") ~ ")") }}
{%- endmacro %}

{#- Whether two figures lie farther apart than a tolerance. -#}
{% macro are_apart(x, y, tolerance) -%}
    ({{ is_above(x, y, tolerance) }} or {{ is_above(y, x, tolerance) }})
{%- endmacro %}

{#- Sum of double precision terms that is the same to the last bit in any order of rows, files and
    threads: each term is parted into what six decimals hold and the rest, and decimals add up
    exactly. Terms that take each other away leave nothing, so that 0.3 − 0.1 − 0.2 is an empty
    denominator: zero where less is left than a 10⁻¹²th of what was added. A sum of what no
    figure of a province comes near (1e22) is none. `over`: a filter or window of aggregates. -#}
{% macro total(x, over="") -%}
    case
        when sum(abs({{ x }})) {{ over }} < 1e22
        then
            case
                when abs({{ exact_sum(x, over) }}) >= 1e-12 * (sum(abs({{ x }})) {{ over }})
                then {{ exact_sum(x, over) }}
                else 0
            end
    end
{%- endmacro %}

{% macro exact_sum(x, over) -%}
    (sum(try_cast({{ x }} as decimal(28, 6))) {{ over }})::double + (
        sum(
            try_cast(({{ x }}) - try_cast({{ x }} as decimal(28, 6))::double as decimal(38, 26))
        ) {{ over }}
    )::double
{%- endmacro %}

{#- Half up in decimal, where there are digits to round to (0 to 15); null digits leave it. -#}
{% macro rounded(x, digits) -%}
    {%- set value -%}
        round(
            ({{ x }})
            * if(abs({{ x }}) * pow(10, {{ digits }}) < 1e11, 1 + 1e-15, 1),
            {{ digits }}
        ) + 0.0
    {%- endset -%}
    {%- if digits is number -%} {{ value }}
    {%- else -%} case when {{ digits }} is null then {{ x }} else {{ value }} end
    {%- endif -%}
{%- endmacro %}

{#- A figure as text for people: no binary tail, no «.0», in threes as their language parts them. -#}
{% macro figure(value, language="en") -%}
    {%- set written = "format('{:,.12g}', " ~ settled(value) ~ ")" -%}
    {%- if language == "vi" -%} translate({{ written }}, ',.', '.,')
    {%- else -%} {{ written }}
    {%- endif -%}
{%- endmacro %}

{#- A count as text for people, in threes as their language parts them. -#}
{% macro thousands(count, language) -%}
    {%- if language == "vi" -%} replace(format('{:,}', {{ count }}), ',', '.')
    {%- else -%} format('{:,}', {{ count }})
    {%- endif -%}
{%- endmacro %}
