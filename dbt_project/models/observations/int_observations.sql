-- Grain: data element × area × period (proven by blocking tests): one observation each.
-- Tables arrive as observations, records are counted to observations: none knows a source. An
-- agreed correction takes the place of the value that it names, as long as that is what the source
-- delivers. A zero for which its data element asks evidence is missing where there is none.
-- `absence` says why a cell has no value: missing, not_applicable or suppressed.
{{ config(meta={"kept_by": "data_element"}) }}
with
    stg_observations as (select * from {{ ref("stg_observations") }}),

    stg_counted_observations as (select * from {{ ref("stg_counted_observations") }}),

    data_elements as (select * from {{ source("registry", "data_elements") }}),

    declared_corrections as (select * from {{ source("registry", "corrections") }}),

    refresh as (select * from {{ source("registry", "refresh") }}),

    extracts as (select * from {{ source("ledger", "extracts") }}),

    delivered as (
        select *
        from stg_observations
        union all by name
        select *
        from stg_counted_observations
    ),

    united as (select * from delivered where {{ is_changed("data_element") }}),

    -- A zero of something that nobody measured: none of the figures that prove it is there.
    unproven_zeros as (
        select zeros.data_element, zeros.area, zeros.period_kind, zeros.period_start
        from united as zeros
        inner join data_elements as elements using (data_element)
        left join
            delivered as evidence
            on list_contains(elements.zero_needs, evidence.data_element)
            and zeros.area = evidence.area
            and zeros.period_kind = evidence.period_kind
            and zeros.period_start = evidence.period_start
        where zeros.value = 0 and len(elements.zero_needs) > 0
        group by all
        having count(evidence.value) = 0
    ),

    corrections as (
        select corrections.*
        from declared_corrections as corrections
        cross join refresh
        where agreed_on <= as_of and (withdrawn_on is null or withdrawn_on > as_of)
    ),

    settled_cells as (
        select
            united.data_element,
            united.area,
            united.period_kind,
            united.period_start,
            case
                when corrections.correction is not null
                then corrections.new_value
                when unproven.data_element is null
                then united.value
            end as settled,
            united.absence,
            united.value as delivered_value,
            unproven.data_element is not null as unproven_zero,
            corrections.correction,
            coalesce(united.vintage, extracts.vintage) as vintage,
            elements.scope,
            united.source,
            united.extract,
            united.line,
            united.synthetic,
            united.held
        from united
        left join extracts using (extract)
        left join data_elements as elements using (data_element)
        left join
            unproven_zeros as unproven
            on united.data_element = unproven.data_element
            and united.area = unproven.area
            and united.period_kind = unproven.period_kind
            and united.period_start = unproven.period_start
        left join
            corrections
            on united.data_element = corrections.data_element
            and united.source = corrections.source
            and united.area = corrections.area
            and united.period_kind = corrections.period_kind
            and united.period_start = corrections.period_start
            and {{ settled("united.value") }}
            is not distinct from {{ settled("corrections.old_value") }}
    )

select
    * exclude (settled, absence),
    settled as value,
    if(settled is null, coalesce(absence, 'missing'), null) as absence
from settled_cells
