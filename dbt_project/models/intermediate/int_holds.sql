-- Grain: hold × data element × area × period whose value it holds.
-- A refused extract leaves the last good values standing; a failed check or a disagreement
-- withholds the value itself. What holds a child, or its weight, holds the parent that it
-- rolls up to.
with causes as (
    select
        'check:' || failed.source || '/' || failed.contract_check as hold,
        terms.data_element,
        failed.area,
        failed.period_kind,
        failed.period_start,
        true as withheld
    from {{ ref('int_failed_checks') }} as failed
    inner join {{ source('registry', 'contract_check_terms') }} as terms
        using (source, contract_check)
    union
    select
        'disagreement:' || compared_source || '/' || data_element as hold,
        data_element,
        area,
        period_kind,
        period_start,
        true as withheld
    from {{ ref('int_comparisons') }}
    where verdict = 'contradiction' and holds
    union
    select
        'refused:' || observations.source || '/' || extracts.period as hold,
        observations.data_element,
        observations.area,
        observations.period_kind,
        observations.period_start,
        false as withheld
    from {{ ref('int_observations') }} as observations
    inner join {{ source('ledger', 'extracts') }} as extracts using (extract)
    where observations.held
)

select * from causes
union
select
    causes.hold,
    elements.data_element,
    areas.parent as area,
    causes.period_kind,
    causes.period_start,
    causes.withheld
from causes
inner join {{ source('registry', 'areas') }} as areas using (area)
inner join {{ ref('stg_data_elements') }} as elements
    on causes.data_element in (elements.data_element, elements.weight)
where
    areas.kind = 'commune'
    and elements.over_areas != 'none'
    and not list_contains(elements.area_kinds, 'province')
