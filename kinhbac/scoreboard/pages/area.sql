-- name: latest
-- A side of an area is a share or a rate: counts and amounts grow with its size, and growth says
-- how far it has come, not where it stands.
with
    sides as (
        select indicator
        from indicators
        inner join indicator_terms as terms using (indicator, version)
        where unit_vi = '%' or contains(unit_vi, '/')
        group by indicator
        having bool_or(terms.role = 'denominator') and max(terms.lag_months) = 0
    )

select
    latest.area,
    latest.indicator,
    latest.indicator_group,
    latest.sector,
    latest.period,
    latest.value,
    latest.judgement,
    latest.target,
    latest.state,
    latest.last_good_value,
    latest.compared_with,
    latest.movement,
    latest.previous_change,
    latest.last_year_change,
    latest.better,
    evidence.beyond_chance,
    if(evidence.period = latest.period, evidence.value_low, null) as value_low,
    if(evidence.period = latest.period, evidence.value_high, null) as value_high,
    latest.rank,
    evidence.rank_low,
    evidence.rank_high,
    latest.peers,
    latest.peers_all,
    latest.like_rank,
    latest.likes,
    evidence.like_rank_low,
    evidence.like_rank_high,
    latest.percentile,
    latest.peer_low,
    latest.peer_median,
    latest.peer_high,
    latest.synthetic,
    latest.indicator in (select indicator from sides) as is_side
from latest_values as latest
left join evidence using (indicator, area)
order by latest.sector, latest.indicator, latest.area
;

-- name: warnings
select warnings.*, agencies.short_vi as owner_vi, agencies.short_en as owner_en
from warnings
left join agencies on warnings.owner = agencies.agency
where open
order by area, shared_by is not null, weight desc, warning
;

-- name: composites
with
    wholes as (
        select component as indicator, min(components.indicator) as whole
        from composite_components as components
        inner join indicators using (indicator, version)
        group by component
    )
select
    latest.indicator,
    latest.area,
    latest.period_kind,
    latest.period_start,
    latest.period,
    latest.value,
    latest.state,
    latest.synthetic,
    ranks.rank,
    ranks.units,
    ranks.units_all,
    ranks.rank_low,
    ranks.rank_high,
    ranks.interval_of,
    indicators.name_vi,
    indicators.name_en,
    wholes.whole is null as is_root
from latest_values as latest
inner join indicators using (indicator)
left join wholes on latest.indicator = wholes.indicator
left join
    composite_ranks as ranks
    on latest.indicator = ranks.indicator
    and latest.area = ranks.area
    and latest.period_start = ranks.period_start
where latest.indicator_group = 'composite'
order by coalesce(wholes.whole, latest.indicator), not is_root, latest.indicator, latest.area
;

-- name: made_of
select
    made.successor,
    made.predecessor,
    areas.name_vi,
    areas.name_en,
    areas.kind,
    list({'of':coalesce(share_of, ''), 'share':share} order by share_of nulls first) as shares,
    bool_and(share = 1) as whole
from area_successions as made
inner join areas on made.predecessor = areas.area
group by all
order by made.successor, areas.kind, made.predecessor
;
