-- name: indicators
from indicators
order by indicator
;

-- name: old_figures
select indicator, area
from old_figures
;

-- name: areas
from areas
order by area
;

-- name: categories
select breakdown, category, any_value(category_vi) as name_vi, any_value(category_en) as name_en
from breakdown_values
group by breakdown, category
order by breakdown, category
;

-- name: cells
-- _T is, as in SDMX, what is not broken down.
select
    indicator,
    area,
    period_kind,
    period_start,
    period,
    '_T' as breakdown,
    '_T' as category,
    value,
    state,
    vintage,
    restated,
    version,
    published_on,
    synthetic
from indicator_values
union all
select
    indicator,
    area,
    period_kind,
    period_start,
    period,
    breakdown,
    category,
    value,
    state,
    null,
    null,
    null,
    null,
    synthetic
from breakdown_values
order by indicator, breakdown, category, area, period_start
;
