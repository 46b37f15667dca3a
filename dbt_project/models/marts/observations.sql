-- Grain: data element × area × period.
select
    observations.data_element,
    observations.area,
    observations.period_kind,
    observations.period_start,
    {{ period_label('observations.period_kind', 'observations.period_start') }} as period,
    observations.value,
    if(observations.value is null, 'blank', 'value') as state,
    observations.source,
    extracts.owner,
    observations.extract,
    observations.line,
    observations.held,
    observations.synthetic
from {{ ref('int_observations') }} as observations
inner join {{ source('ledger', 'extracts') }} as extracts using (extract)
order by data_element, area, period_kind, period_start
