-- Grain: data element × area × period (proven by blocking tests): one observation each.
-- Tabular sources come through stg_observations, record-level sources through their own
-- staging model, which is named stg_<source>.
select * from {{ ref('stg_observations') }}
{%- for source_key in env_var('KINHBAC_RECORD_LEVEL_SOURCES').split(',') | select %}
union all by name
select * from {{ ref('stg_' ~ source_key) }}
{%- endfor %}
