-- name: terms
-- Operands of each definition, over its line or below.
select
    indicator,
    version,
    role = 'denominator' as is_below,
    operand,
    lag_years,
    sum(coefficient) as coefficient
from sealed.indicator_terms
group by all
;

-- name: closed
-- Indicators that not everybody may know.
select indicator
from sealed.indicators
where not (published and access = 'open')
;

-- name: told
select distinct indicator
from figures
;

-- name: withheld
-- Cells of open indicators that could have a figure and are told without one.
select indicator, area, breakdown, category, period_start, period
from cells
anti join figures using (indicator, area, period, breakdown, category)
where state in ('value', 'provisional', 'suppressed') and (not synthetic or $simulated)
order by all
;

-- name: beside
-- What is told of the areas and categories in which something is withheld.
select indicator, area, breakdown, category, period_start
from cells
semi join figures using (indicator, area, period, breakdown, category)
semi join
    (
        select * exclude (indicator)
        from cells
        anti join figures using (indicator, area, period, breakdown, category)
        where state in ('value', 'provisional', 'suppressed') and (not synthetic or $simulated)
    ) using (area, breakdown, category)
;
