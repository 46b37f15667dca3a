-- Grain: contract check × area × period that breaks it, among cells where every data
-- element of the check has a value.
with
    contract_checks as (select * from {{ source("registry", "contract_checks") }}),

    contract_check_terms as (select * from {{ source("registry", "contract_check_terms") }}),

    int_observations as (select * from {{ ref("int_observations") }}),

    terms as (
        select checks.*, terms.side, terms.data_element, terms.coefficient
        from contract_checks as checks
        inner join contract_check_terms as terms using (source, contract_check)
    ),

    wanted as (select source, contract_check, count(*) as terms from terms group by all),

    sums as (
        select
            terms.source,
            terms.contract_check,
            terms.name_vi,
            terms.name_en,
            terms.compare,
            observations.area,
            observations.period_kind,
            observations.period_start,
            terms.absolute,
            terms.relative,
            {%- for side in ["left", "right"] %}
                {{ total("coefficient * value", "filter (where side = '" ~ side ~ "')") }}
                as {{ side }}_value,
            {%- endfor %}
            max(observations.extract) as extract,
            count(value) as present
        from terms
        inner join int_observations as observations using (data_element)
        group by all
    ),

    tolerated as (
        select sums.*, greatest(absolute, relative * abs(right_value)) as tolerance
        from sums
        inner join wanted using (source, contract_check)
        where present = wanted.terms
    )

select * exclude (present, tolerance)
from tolerated
where
    case
        compare
        when 'equals'
        then {{ are_apart("left_value", "right_value", "tolerance") }}
        when 'at_most'
        then {{ is_above("left_value", "right_value", "tolerance") }}
        else {{ is_above("right_value", "left_value", "tolerance") }}
    end
