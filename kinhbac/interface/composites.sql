-- name: ranks
-- Grain: an area and a period.
select
    ranks.area,
    areas.name_vi as area_name,
    ranks.period,
    ranks.period_start,
    ranks.value,
    ranks.state,
    ranks.rank,
    ranks.units,
    ranks.rank_low,
    ranks.rank_median,
    ranks.rank_high,
    ranks.draws,
    ranks.interval_of,
    ranks.imputed,
    ranks.synthetic
from composite_ranks as ranks
left join areas using (area)
where
    ranks.indicator = $indicator
    and ranks.area = coalesce($area, ranks.area)
    and ranks.period = coalesce($period, ranks.period)
order by ranks.period_start, ranks.rank, ranks.area
;

-- name: components
-- Grain: an area, a period and a component.
select
    scaled.area,
    scaled.period,
    scaled.period_start,
    scaled.component,
    indicators.name_vi as component_name,
    scaled.value as normalised,
    parts.weight
from composite_normalised as scaled
left join
    composite_components as parts
    on scaled.indicator = parts.indicator
    and scaled.version = parts.version
    and scaled.component = parts.component
left join indicators on scaled.component = indicators.indicator
where
    scaled.indicator = $indicator
    and scaled.area = coalesce($area, scaled.area)
    and scaled.period = coalesce($period, scaled.period)
order by scaled.period_start, scaled.area, parts.position
;

-- name: steps
-- Grain: an area, a period and a component.
select
    area,
    period,
    period_start,
    component,
    place,
    component_value,
    aim,
    gain,
    rank,
    rank_after,
    gain_together,
    rank_together,
    reason
from composite_steps
where indicator = $indicator and area = coalesce($area, area) and period = coalesce($period, period)
order by period_start, area, place
;
