-- name: datasets
select
    indicators.indicator,
    indicators.owner,
    indicators.formula,
    indicators.synthetic,
    min(cells.period_start) as first_period,
    max(cells.period_start) as last_period,
    min(cells.published_on) as issued,
    max(cells.published_on) as modified
from indicators
left join
    indicator_values as cells on indicators.indicator = cells.indicator and cells.value is not null
where indicators.published
group by all
order by indicators.indicator
;
