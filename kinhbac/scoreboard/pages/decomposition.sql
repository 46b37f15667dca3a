-- name: own
select
    own.indicator,
    own.version,
    own.area,
    own.period,
    own.period_kind,
    own.period_start,
    published.value,
    published.state,
    published.synthetic,
    ranks.rank,
    ranks.units,
    ranks.rank_low,
    ranks.rank_high,
    changes.previous_change as value_change,
    printed.value as printed,
    own.mark
from composite_aggregated as own
inner join newest using (indicator, period_start)
inner join
    indicator_values as published
    on own.indicator = published.indicator
    and own.area = published.area
    and own.period_start = published.period_start
left join
    composite_ranks as ranks
    on own.indicator = ranks.indicator
    and own.area = ranks.area
    and own.period_start = ranks.period_start
left join
    indicator_changes as changes
    on own.indicator = changes.indicator
    and own.area = changes.area
    and own.period_start = changes.period_start
left join indicators on own.indicator = indicators.indicator
left join
    indicator_values as printed
    on indicators.reproduces = printed.indicator
    and own.area = printed.area
    and own.period_start = printed.period_start
where own.value is not null
order by own.indicator, own.period_start desc, own.area
;

-- name: shown
select distinct own.indicator
from composite_aggregated as own
inner join newest using (indicator, period_start)
inner join
    indicator_values as published
    on own.indicator = published.indicator
    and own.area = published.area
    and own.period_start = published.period_start
where own.value is not null
;

-- name: newest
-- The three newest periods of each composite: those from which a reader may choose.
create or replace temporary table newest as
select indicator, period_kind, period_start, period
from (
    select distinct indicator, period_kind, period_start, period
    from composite_aggregated where value is not null
)
qualify row_number() over (partition by indicator order by period_start desc) <= 3
;

-- name: parts
select
    own.indicator,
    own.area,
    own.period,
    components.component,
    published.value,
    denominated.value as denominated,
    screened.value as screened,
    imputed.value as imputed,
    treated.value as treated,
    coalesce(normalised.value, changes.normalised) as normalised,
    coalesce(weighted.value, components.weight) as weight,
    changes.previous_normalised,
    changes.change,
    [
        mark
        for mark in [
            if(published.age_days > 366, 'old', null),
            screened.mark,
            imputed.mark,
            treated.mark,
            normalised.mark,
            weighted.mark
        ]
        if mark is not null
    ] as marks
from composite_aggregated as own
inner join newest using (indicator, period_start)
inner join
    composite_components as components
    on own.indicator = components.indicator
    and own.version = components.version
left join
    indicator_values as published
    on components.component = published.indicator
    and own.area = published.area
    and own.period_kind = published.period_kind
    and own.period_start = published.period_start
left join
    composite_denominated as denominated
    on own.indicator = denominated.indicator
    and components.component = denominated.component
    and own.area = denominated.area
    and own.period_start = denominated.period_start
left join
    composite_screened as screened
    on own.indicator = screened.indicator
    and components.component = screened.component
    and own.area = screened.area
    and own.period_start = screened.period_start
left join
    composite_imputed as imputed
    on own.indicator = imputed.indicator
    and components.component = imputed.component
    and own.area = imputed.area
    and own.period_start = imputed.period_start
left join
    composite_treated as treated
    on own.indicator = treated.indicator
    and components.component = treated.component
    and own.area = treated.area
    and own.period_start = treated.period_start
left join
    composite_normalised as normalised
    on own.indicator = normalised.indicator
    and components.component = normalised.component
    and own.area = normalised.area
    and own.period_start = normalised.period_start
left join
    composite_weighted as weighted
    on own.indicator = weighted.indicator
    and components.component = weighted.component
    and own.area = weighted.area
    and own.period_start = weighted.period_start
left join
    composite_changes as changes
    on own.indicator = changes.indicator
    and components.component = changes.component
    and own.area = changes.area
    and own.period_start = changes.period_start
where own.value is not null and own.indicator in (select unnest($1::varchar[]))
order by own.indicator, own.period_start desc, own.area, components.position
;

-- name: published
-- Each composite that computes a published figure again, beside it, in the newest period of ranks.
select
    ranks.indicator,
    ranks.area,
    ranks.value,
    printed.value as published,
    ranks.rank,
    rank() over best_first as published_rank,
    ranks.value - printed.value as difference,
    abs(ranks.value - printed.value) > greatest(
        indicators.reproduces_absolute, indicators.reproduces_relative * abs(printed.value)
    ) as is_beyond
from composite_ranks as ranks
inner join indicators using (indicator)
inner join
    indicator_values as printed
    on indicators.reproduces = printed.indicator
    and ranks.area = printed.area
    and ranks.period_start = printed.period_start
    and printed.value is not null
where
    (ranks.indicator, ranks.period_start)
    in (select (indicator, max(period_start)) from composite_ranks group by indicator)
window
    best_first as (
        partition by ranks.indicator
        order by if(indicators.direction = 'lower_is_better', 1, -1) * printed.value
    )
order by ranks.indicator, ranks.rank, ranks.area
;

-- name: ranks
select ranks.*, areas.name_vi, areas.name_en, areas.kind
from composite_ranks as ranks
inner join areas using (area)
where
    (indicator, period_start)
    in (select (indicator, max(period_start)) from composite_ranks group by indicator)
order by indicator, rank, area
;
