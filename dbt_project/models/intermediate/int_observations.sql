-- Grain: data element × area × period (proven by blocking tests): one observation each.
-- Tabular sources come through stg_observations, record-level sources through their own
-- staging model, which is named stg_<source>. An agreed correction takes the place of the
-- value that it names, as long as that is what the source delivers.
with united as (
    select * from {{ ref('stg_observations') }}
    {%- for source_key in env_var('KINHBAC_RECORD_LEVEL_SOURCES').split(',') | select %}
    union all by name
    select * from {{ ref('stg_' ~ source_key) }}
    {%- endfor %}
),

corrections as (
    select corrections.*
    from {{ source('registry', 'corrections') }} as corrections
    cross join {{ source('registry', 'refresh') }} as refresh
    where
        agreed_on <= as_of
        and (withdrawn_on is null or withdrawn_on > as_of)
)

select
    united.data_element,
    united.area,
    united.period_kind,
    united.period_start,
    if(corrections.correction is null, united.value, corrections.new_value) as value,
    united.value as delivered_value,
    corrections.correction,
    coalesce(united.vintage, extracts.vintage) as vintage,
    elements.scope,
    united.source,
    united.extract,
    united.line,
    united.synthetic,
    united.held
from united
left join {{ source('ledger', 'extracts') }} as extracts using (extract)
left join {{ ref('stg_data_elements') }} as elements using (data_element)
left join corrections
    on united.data_element = corrections.data_element
    and united.source = corrections.source
    and united.area = corrections.area
    and united.period_kind = corrections.period_kind
    and united.period_start = corrections.period_start
    and united.value is not distinct from corrections.old_value
