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

-- name: is_measured
-- What is open is cut out of a release without its measures of quality.
select count(*) > 0
from duckdb_tables()
where table_name = 'quality'
;

-- name: measured
select subject, word, measure, value, unit, period_start
from quality
where level = 'source' and period_kind = 'year' and value is not null
qualify period_start = max(period_start) over ()
order by subject, measure
;
