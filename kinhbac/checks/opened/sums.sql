-- name: terms
-- Operands of each definition, over its line or below. What is taken of units or over a span of its
-- own is another figure than the operand in the period; of products nothing is said.
select
    terms.indicator,
    terms.version,
    terms.role = 'denominator' as is_below,
    terms.operand
    || if(coalesce(terms.span != indicators.span, false), '/' || terms.span, '') as operand_taken,
    lag_months,
    sum(coefficient) as coefficient
from sealed.indicator_terms as terms
left join sealed.indicators as indicators using (indicator)
where
    (terms.indicator, terms.version) not in (
        select (others.indicator, others.version)
        from sealed.indicator_terms as others
        where product is not null
    )
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
