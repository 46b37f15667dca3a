-- Grain: hold × data element × area × period whose value it holds.
-- A refused extract leaves the last good values standing; a failed check or a disagreement
-- withholds the value itself. What holds a part, or its weight, holds the area that is put
-- together from it.
with
    int_failed_checks as (select * from {{ ref("int_failed_checks") }}),

    stg_contract_check_terms as (select * from {{ ref("stg_contract_check_terms") }}),

    int_comparisons as (select * from {{ ref("int_comparisons") }}),

    int_observations as (select * from {{ ref("int_observations") }}),

    stg_extracts as (select * from {{ ref("stg_extracts") }}),

    stg_area_parts as (select * from {{ ref("stg_area_parts") }}),

    stg_data_elements as (select * from {{ ref("stg_data_elements") }}),

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
        inner join stg_contract_check_terms as terms using (source, contract_check)
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
        inner join stg_extracts as extracts using (extract)
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
inner join stg_area_parts as parts on causes.area = parts.part
inner join
    stg_data_elements as elements
    on causes.data_element in (elements.data_element, elements.weight)
    and coalesce(elements.shared_by, '') = parts.share_of
inner join
    int_rolled_values as rolled
    on elements.data_element = rolled.data_element
    and parts.area = rolled.area
    and parts.part_kind = rolled.part_kind
    and causes.period_kind = rolled.period_kind
    and causes.period_start = rolled.period_start
where rolled.rolled_up and rolled.of_record
