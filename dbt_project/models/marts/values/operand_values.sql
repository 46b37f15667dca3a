-- Grain: data element × frequency × span × area × period: what enters the formulas.
{{ config(meta={"kept_by": "data_element"}) }}
select
    data_element,
    frequency,
    span,
    area,
    period_start,
    value,
    vintage,
    absence,
    age_days,
    coalesce(restated, false) as restated,
    coalesce(list_sort(list_distinct(corrections)), []) as corrections,
    extracts
from {{ ref("int_operand_values") }}
where {{ is_changed("data_element") }}
