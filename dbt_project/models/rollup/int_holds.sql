-- Grain: hold × data element × area × period whose value it holds.
-- A refused extract leaves the last good values standing; a failed check or a disagreement
-- withholds the value itself. What holds a part, or its weight, holds the area that is put
-- together from it.
with
    int_failed_checks as (select * from {{ ref("int_failed_checks") }}),

    contract_check_terms as (select * from {{ source("registry", "contract_check_terms") }}),

    int_comparisons as (select * from {{ ref("int_comparisons") }}),

    int_observations as (select * from {{ ref("int_observations") }}),

    extracts as (select * from {{ source("ledger", "extracts") }}),

    area_parts as (select * from {{ source("registry", "area_parts") }}),

    data_elements as (select * from {{ source("registry", "data_elements") }}),

    int_rolled_values as (select * from {{ ref("int_rolled_values") }}),

    causes as (
        select
            'check:' || failed.source || '/' || failed.contract_check as hold,
            terms.data_element,
            failed.area,
            failed.period_kind,
            failed.period_start,
            true as withheld
        from int_failed_checks as failed
        inner join contract_check_terms as terms using (source, contract_check)
        union
        select
            'disagreement:' || compared_source || '/' || data_element as hold,
            data_element,
            area,
            period_kind,
            period_start,
            true as withheld
        from int_comparisons
        where verdict = 'contradiction' and holds
        union
        select
            'refused:' || observations.source || '/' || extracts.period as hold,
            observations.data_element,
            observations.area,
            observations.period_kind,
            observations.period_start,
            false as withheld
        from int_observations as observations
        inner join extracts using (extract)
        where observations.held
    )

select *
from causes
union
select
    causes.hold,
    rolled.data_element,
    rolled.area,
    causes.period_kind,
    causes.period_start,
    causes.withheld
from causes
inner join area_parts as parts on causes.area = parts.part
inner join
    data_elements as elements
    on causes.data_element in (elements.data_element, elements.weight)
    and elements.shared_by is not distinct from parts.share_of
inner join
    int_rolled_values as rolled
    on elements.data_element = rolled.data_element
    and parts.area = rolled.area
    and parts.part_kind = rolled.part_kind
    and causes.period_kind = rolled.period_kind
    and causes.period_start = rolled.period_start
where rolled.rolled_up and rolled.of_record
