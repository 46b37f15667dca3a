{#- Digits of computed figures. The rules and their reasons stand in kinhbac/digits.py, which says
    the same in Python (a test compares both to the last bit). Every comparison of computed
    figures, every sum of them and every rounding goes through here. -#}
{#- What is compared: a figure at twelve significant digits. -#}
{% macro settled(x) -%}
    case
        when abs({{ x }}) >= 1e-10 and abs({{ x }}) < 1e22
        then
            sign({{ x }})
            * floor(
                abs({{ x }})
                * pow(10, greatest(11 - floor(log10(abs({{ x }}))), 0))
                / pow(10, greatest(floor(log10(abs({{ x }}))) - 11, 0))
                * (1 + 1e-15)
                + 0.5
            )
            * pow(10, greatest(floor(log10(abs({{ x }}))) - 11, 0))
            / pow(10, greatest(11 - floor(log10(abs({{ x }}))), 0))
        when ({{ x }}) = 0 or not isfinite({{ x }})
        then ({{ x }})
        else printf('%.11e', ({{ x }})::double)::double
    end
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

{#- Aggregates in decimals, which give the same in any order: a term is parted into what six
    decimals hold and the rest, to thirty. A sum of something beyond 1e25, which no figure of a
    province is, is none; so is one of a term that is not finite. -#}
{% macro exact_part(x) -%} case when abs({{ x }}) < 1e25 then ({{ x }})::decimal(38, 6) end
{%- endmacro %}

{#- Sum of double precision terms, the same to the last bit in any order of rows, files and
    threads. `over` is what follows the aggregate: a filter, a window. -#}
{% macro total(x, over="") -%}
    case
        when count({{ x }}) {{ over }} = count({{ exact_part(x) }}) {{ over }}
        then
            sum({{ exact_part(x) }}) {{ over }}::double
            + sum((({{ x }}) - ({{ exact_part(x) }})::double)::decimal(38, 30)) {{ over }}::double
    end
{%- endmacro %}

{#- Sum of terms that may take each other away: zero where less is left of it than a 10⁻¹²th of
    what was added, so that 0.3 − 0.1 − 0.2 is an empty denominator. -#}
{% macro total_of_terms(x, over="") -%}
    case
        when abs({{ total(x, over) }}) < 1e-12 * (sum(abs({{ x }})) {{ over }})
        then 0
        else {{ total(x, over) }}
    end
{%- endmacro %}

{#- Half up in decimal, where there are digits to round to (0 to 15); null digits leave it. -#}
{% macro rounded(x, digits) -%}
    case
        when ({{ digits }}) is null or abs({{ x }}) * pow(10, {{ digits }}) >= 4503599627370496
        then ({{ x }})
        else
            sign({{ x }})
            * floor(
                abs({{ x }}) * pow(10, {{ digits }})
                + least(abs({{ x }}) * pow(10, {{ digits }}), 1e11) * 1e-15
                + 0.5
            )
            / pow(10, {{ digits }})
            + 0.0  -- never −0
    end
{%- endmacro %}

{#- A figure as text for people: no binary tail, no «.0». -#}
{% macro figure(value) -%} printf('%.12g', {{ settled(value) }}) {%- endmacro %}
