{#- Arithmetic of the five kinds of period. -#}
{% macro period_length(kind) -%}
    case
        {{ kind }}
        when 'day'
        then 1
        when 'month'
        then 2
        when 'quarter'
        then 3
        when 'half_year'
        then 4
        else 5
    end
{%- endmacro %}

{#- First day of the period of `kind` in which `day` lies. -#}
{% macro period_start_of(kind, day) -%}
    case
        {{ kind }}
        when 'day'
        then {{ day }}
        when 'month'
        then date_trunc('month', {{ day }})::date
        when 'quarter'
        then date_trunc('quarter', {{ day }})::date
        when 'half_year'
        then make_date(year({{ day }}), case when month({{ day }}) < 7 then 1 else 7 end, 1)
        else date_trunc('year', {{ day }})::date
    end
{%- endmacro %}

{#- Last day of the period of `kind` that starts on `start`. -#}
{% macro period_end_of(kind, start) -%}
    (
        {{ start }} + case
            {{ kind }}
            when 'day'
            then interval 1 day
            when 'month'
            then interval 1 month
            when 'quarter'
            then interval 3 months
            when 'half_year'
            then interval 6 months
            else interval 1 year
        end
        - interval 1 day
    )::date
{%- endmacro %}

{#- First day of the period of `kind` before the one that starts on `start`. -#}
{% macro period_before(kind, start) -%}
    (
        {{ start }} - case
            {{ kind }}
            when 'day'
            then interval 1 day
            when 'month'
            then interval 1 month
            when 'quarter'
            then interval 3 months
            when 'half_year'
            then interval 6 months
            else interval 1 year
        end
    )::date
{%- endmacro %}

{#- How many periods of `kind` lie between two days, both ends at period borders. -#}
{% macro periods_between(kind, first_day, last_day) -%}
    case
        {{ kind }}
        when 'day'
        then datediff('day', {{ first_day }}, {{ last_day }}) + 1
        when 'month'
        then datediff('month', {{ first_day }}, {{ last_day }}) + 1
        when 'quarter'
        then datediff('quarter', {{ first_day }}, {{ last_day }}) + 1
        when 'half_year'
        then (datediff('month', {{ first_day }}, {{ last_day }}) + 1)  -- 6
        else datediff('year', {{ first_day }}, {{ last_day }}) + 1
    end
{%- endmacro %}

{#- Until when an irregular figure's successor is waited for: the next period and, after its end, as
    long as such statements take to come, or its source's own term if that is longer. Days of a
    statement are told when there is something to tell: two months. -#}
{% macro follows_until(kind, start, due_days) -%}
    {%- set following = "(" ~ period_end_of(kind, start) ~ " + interval 1 day)::date" -%}
    (
        {{ period_end_of(kind, following) }} + greatest(
            coalesce({{ due_days }}, 0),
            case
                {{ kind }}
                when 'day'
                then 60
                when 'month'
                then 60
                when 'quarter'
                then 92
                when 'half_year'
                then 184
                else 366
            end
        )::integer
    )::date
{%- endmacro %}

{#- The label of a period, as extracts' folders write it. -#}
{% macro period_label(kind, start) -%}
    case
        {{ kind }}
        when 'day'
        then strftime({{ start }}, '%Y-%m-%d')
        when 'month'
        then strftime({{ start }}, '%Y-%m')
        when 'quarter'
        then year({{ start }}) || '-Q' || quarter({{ start }})
        when 'half_year'
        then year({{ start }}) || case when month({{ start }}) = 1 then '-H1' else '-H2' end
        else year({{ start }})::varchar
    end
{%- endmacro %}

{#- The kind of the period that a label names, by its form. -#}
{% macro period_kind_named(label) -%}
    case
        when {{ label }} like '%-Q_'
        then 'quarter'
        when {{ label }} like '%-H_'
        then 'half_year'
        when length({{ label }}) = 4
        then 'year'
        when length({{ label }}) = 7
        then 'month'
        when length({{ label }}) = 10
        then 'day'
    end
{%- endmacro %}

{#- First day of the period that a label names. -#}
{% macro period_start_named(label) -%}
    case
        {{ period_kind_named(label) }}
        when 'quarter'
        then make_date(left({{ label }}, 4)::int, 3 * right({{ label }}, 1)::int - 2, 1)
        when 'half_year'
        then make_date(left({{ label }}, 4)::int, 6 * right({{ label }}, 1)::int - 5, 1)
        when 'year'
        then ({{ label }} || '-01-01')::date
        when 'month'
        then ({{ label }} || '-01')::date
        when 'day'
        then {{ label }}::date
    end
{%- endmacro %}

{#- Whether a definition was valid at the start of a period. -#}
{% macro of_its_time(start) -%}
    {{ start }} >= coalesce(definitions.valid_from, {{ start }})
    and {{ start }} <= coalesce(definitions.valid_to, {{ start }})
{%- endmacro %}

{#- Whether a value of a period that has not ended yet rests on figures of an earlier one: it is
    what is known so far, and nobody is judged by it. Needs `refresh` beside it. -#}
{% macro carried_ahead(cells) -%}
    (
        {{ period_end_of(cells ~ ".period_kind", cells ~ ".period_start") }} > refresh.as_of
        and coalesce({{ cells }}.age_days, 0) > 0
    )
{%- endmacro %}

{#- A label of a period as people of a language write it: 21/10/2026, 10/2026, Q3/2026. -#}
{% macro period_said(label, language) -%}
    {%- if language == "vi" -%}
        ltrim(regexp_replace(({{ label }}), '^(\d{4})-(\w+)(?:-)?(\d\d)?$', '\3/\2/\1'), '/')
    {%- else -%} {{ label }}
    {%- endif -%}
{%- endmacro %}
