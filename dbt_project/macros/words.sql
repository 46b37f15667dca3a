{#- Figures and periods in the words of a person: language `vi` or `en`. -#}

{#- At most two decimals, or as many as tell a figure from its limit; 1.234,5 in Vietnamese. -#}
{% macro number(value, language, apart_from='null') -%}
    {%- set text -%}
    rtrim(rtrim(format(
        if(round({{ value }}, 2) = round({{ apart_from }}, 2) and {{ value }} != {{ apart_from }}, '{:,.6f}', '{:,.2f}'),
        {{ value }} + 0.0
    ), '0'), '.')
    {%- endset -%}
    {%- if language == 'vi' -%}translate({{ text }}, ',.', '.,'){%- else -%}{{ text }}{%- endif -%}
{%- endmacro %}

{#- A number with its unit: «88,1%», «12 hồ sơ». -#}
{% macro measured(value, unit, language, apart_from='null') -%}
    {{ number(value, language, apart_from) }} || if({{ unit }} = '%', '', ' ') || {{ unit }}
{%- endmacro %}

{% macro period_in_words(kind, start, language) -%}
    {%- if language == 'vi' -%}
    case {{ kind }}
        when 'day' then 'ngày ' || strftime({{ start }}, '%-d/%-m/%Y')
        when 'month' then 'tháng ' || strftime({{ start }}, '%-m/%Y')
        when 'quarter' then 'quý ' || ['I', 'II', 'III', 'IV'][quarter({{ start }})] || '/' || year({{ start }})
        when 'half_year' then '6 tháng ' || if(month({{ start }}) = 1, 'đầu', 'cuối') || ' năm ' || year({{ start }})
        else 'năm ' || year({{ start }})
    end
    {%- else -%}
    case {{ kind }}
        when 'day' then strftime({{ start }}, '%-d %B %Y')
        when 'month' then strftime({{ start }}, '%B %Y')
        when 'quarter' then 'Q' || quarter({{ start }}) || ' ' || year({{ start }})
        when 'half_year' then if(month({{ start }}) = 1, 'first', 'second') || ' half of ' || year({{ start }})
        else year({{ start }})::varchar
    end
    {%- endif -%}
{%- endmacro %}
