-- Grain: data element × area × period of the element's own kind: the value of record,
-- delivered or rolled up, empty where it is withheld.
with holds as (
    select
        data_element, area, period_kind, period_start,
        list(hold order by hold) as holds,
        bool_or(withheld) as withheld
    from {{ ref('int_holds') }}
    group by all
)

select
    data_element,
    area,
    period_kind,
    period_start,
    if(withheld, null, value) as value,
    not rolled_up and value is null and not coalesce(withheld, false) as blank,
    vintage,
    extract,
    holds,
    coalesce(withheld, false) as withheld
from {{ ref('int_rolled_values') }}
left join holds using (data_element, area, period_kind, period_start)
where of_record
