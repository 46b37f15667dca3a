-- Grain: indicator × breakdown × category × area × period: what an indicator is by sex, age
-- band, sector …, computed as the whole is.
with
    int_judged_values as (select * from {{ ref("int_judged_values") }}),

    categories as (select * from {{ source("registry", "categories") }})

select
    judged.whole as indicator,
    judged.breakdown,
    judged.category,
    categories.name_vi as category_vi,
    categories.name_en as category_en,
    judged.area,
    judged.period_kind,
    judged.period_start,
    {{ period_label("judged.period_kind", "judged.period_start") }} as period,
    judged.value,
    judged.numerator,
    judged.denominator,
    judged.state,
    judged.told_reason as reason,
    judged.synthetic
from int_judged_values as judged
inner join categories using (breakdown, category)
