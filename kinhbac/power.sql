-- name: is_told
-- Whether a release tells what the next question asks for: those from before do not.
select column_name
from duckdb_columns()
where table_name = 'limits' and column_name = 'decision_interval'
;

-- name: judged
-- What each rule of today judges that asks for evidence: a row a rule and area with a current
-- figure,
-- with what it was counted from. The newest figures stand for today's sizes.
select
    limits.indicator,
    limits.rule,
    limits.yellow_low,
    limits.yellow_high,
    limits.after,
    limits.against,
    limits.measure,
    limits.per,
    limits.distance,
    limits.decision_interval,
    limits.chance,
    indicators.unit_vi,
    indicators.unit_en,
    latest.area,
    latest.area_kind,
    evidence.noise,
    definitions.scale,
    own.period_kind,
    own.period_start,
    own.numerator as count,
    coalesce(own.denominator, 1) as whole,
    paces.value_due as due
from limits
inner join
    indicators on limits.indicator = indicators.indicator and limits.version = indicators.version
inner join
    indicator_definitions as definitions
    on limits.indicator = definitions.indicator
    and limits.version = definitions.version
inner join latest_values as latest on limits.indicator = latest.indicator and not latest.is_old
inner join evidence on latest.indicator = evidence.indicator and latest.area = evidence.area
inner join
    indicator_values as own
    on evidence.indicator = own.indicator
    and evidence.area = own.area
    and evidence.period_start = own.period_start
left join
    paces
    on own.indicator = paces.indicator
    and own.area = paces.area
    and own.period_start = paces.period_start
where limits.chance is not null and (limits.rule != 'pace' or paces.value_due > 0)
order by limits.indicator, limits.rule, latest.area
;
