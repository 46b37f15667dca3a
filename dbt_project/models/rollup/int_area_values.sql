-- Grain: data element × area × period of the element's own kind: the value of record,
-- delivered, rolled up or restated on other borders; empty where it is withheld, or suppressed
-- because it is a small count or would give one back. Everything after it knows no more.
{{ config(meta={"kept_by": "data_element"}) }}
with
    int_holds as (select * from {{ ref("int_holds") }} where {{ is_changed("data_element") }}),

    int_rolled_values as (
        select * from {{ ref("int_rolled_values") }} where {{ is_changed("data_element") }}
    ),

    int_suppressions as (select * from {{ ref("int_suppressions") }}),

    holds as (
        select
            data_element,
            area,
            period_kind,
            period_start,
            list(hold order by hold) as holds,
            bool_or(withheld) as withheld
        from int_holds
        group by all
    )

select
    data_element,
    area,
    period_kind,
    period_start,
    if(withheld or hidden.area is not null, null, value) as value,
    case
        when withheld
        then 'held'
        when hidden.area is not null
        then 'suppressed'
        when value is null
        then absence
    end as absence,
    not rolled_up and absence = 'missing' and not coalesce(withheld, false) as blank,
    vintage,
    extract,
    corrections,
    restated,
    holds,
    coalesce(withheld, false) as withheld
from int_rolled_values
left join holds using (data_element, area, period_kind, period_start)
left join int_suppressions as hidden using (data_element, area, period_kind, period_start)
where of_record
