{#- With whom an area is compared, and how many of them there are. -#}
{#- A province is compared with the provinces that are registered for it. -#}
{% macro kind_of_peers(kind) -%}
    if({{ kind }} = 'peer_province', 'province', {{ kind }})
{%- endmacro %}

{#- CTE `stands`: kind × how many areas of it are registered, of today where any stand today. -#}
{% macro registered_areas(areas) -%}
    select
        {{ kind_of_peers("kind") }} as kind,
        coalesce(nullif(count(*) filter (where valid_to is null), 0), count(*)) as registered
    from {{ areas }}
    group by all
{%- endmacro %}

{#- Joins `stands`, and the counts that hold on `day`, to areas of `kind`; read with all_peers(). -#}
{% macro join_counts(kind, day) -%}
    left join stands on {{ kind_of_peers(kind) }} = stands.kind
    left join
        {{ source("registry", "area_counts") }} as area_counts
        on if({{ kind }} like '%province', 'province', {{ kind }}) = area_counts.kind
        and {{ day }} between area_counts.valid_from and coalesce(area_counts.valid_to, {{ day }})
{%- endmacro %}

{% macro all_peers() -%} coalesce(area_counts.count, stands.registered) {%- endmacro %}
