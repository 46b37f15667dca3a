-- name: warned
-- Open warnings of the province of today, with what stands behind their newest figure; what is old
-- is told as old (latest_values.judgement). Indicators that are made of the same operands, over a
-- month, a quarter or the year so far, are about one thing (`thing`).
with
    things as (
        select
            terms.indicator,
            indicators.unit || list(
                distinct concat_ws(' ', role, operand, coefficient, lag_months, factor)
                order by concat_ws(' ', role, operand, coefficient, lag_months, factor)
            )::varchar as thing
        from indicator_terms as terms
        inner join indicators using (indicator, version)
        group by terms.indicator, indicators.unit
    ),
    counted_in as (
        select
            terms.indicator,
            any_value(elements.unit_vi) filter (role = 'numerator') as part_unit_vi,
            any_value(elements.unit_en) filter (role = 'numerator') as part_unit_en,
            any_value(elements.unit_vi) filter (role = 'denominator') as whole_unit_vi,
            any_value(elements.unit_en) filter (role = 'denominator') as whole_unit_en
        from indicator_terms as terms
        inner join indicators using (indicator, version)
        inner join data_elements as elements on terms.operand = elements.data_element
        group by terms.indicator
        -- Of a difference or a product no operand is a part.
        having count_if(role = 'numerator') = 1 and count_if(role = 'denominator') = 1
    )
select
    warnings.*,
    coalesce(things.thing, warnings.indicator) as thing,
    indicators.name_vi,
    indicators.name_en,
    indicators.unit,
    indicators.unit_vi,
    indicators.unit_en,
    indicators.decimals,
    indicators.covers,
    indicators.span,
    indicators.direction,
    indicators.least is not null and indicators.most is not null as is_share,
    agencies.short_vi as owner_vi,
    agencies.short_en as owner_en,
    latest.compared_with,
    latest.movement,
    latest.better,
    if(
        latest.compared_with = 'last_year', latest.last_year_value, latest.previous_value
    ) as compared_value,
    evidence.beyond_chance,
    evidence.value_low,
    evidence.value_high,
    cells.numerator as part,
    cells.denominator as whole,
    counted_in.* exclude (indicator)
from warnings
inner join areas using (area)
inner join indicators using (indicator)
left join things using (indicator)
left join counted_in using (indicator)
left join agencies on warnings.owner = agencies.agency
left join
    latest_values as latest
    on warnings.indicator = latest.indicator
    and warnings.area = latest.area
    and warnings.last_period = latest.period
left join
    evidence
    on warnings.indicator = evidence.indicator
    and warnings.area = evidence.area
    and warnings.last_period = evidence.period
left join
    indicator_values as cells
    on warnings.indicator = cells.indicator
    and warnings.area = cells.area
    and warnings.last_period = cells.period
where
    open
    and data_state is distinct from 'old'
    and areas.kind = 'province'
    and areas.valid_to is null
order by weight desc, warning
;

-- name: shared
-- What most communes are warned of by one rule: a matter of the province, as heavy as its heaviest.
select
    warnings.indicator,
    warnings.rule,
    warnings.owner,
    any_value(warnings.shared_by) as shared_by,
    max(weight) as weight,
    arg_max(red_points, weight) as red_points,
    arg_max(beyond_points, weight) as beyond_points,
    arg_max(lasting_points, weight) as lasting_points,
    arg_max(stake_points, weight) as stake_points,
    arg_max(unattended_points, weight) as unattended_points,
    count_if(warnings.level = 'red') as red,
    count_if(warnings.level = 'yellow') as yellow,
    count_if(warnings.life in ('raised', 'reopened')) as unanswered,
    if(red > 0, 'red', 'yellow') as level,
    bool_or(warnings.synthetic) as synthetic,
    (select count(*) from areas where kind = 'commune' and valid_to is null) as of_communes,
    any_value(indicators.name_vi) as name_vi,
    any_value(indicators.name_en) as name_en,
    any_value(indicators.covers) as covers,
    any_value(indicators.span) as span,
    any_value(agencies.short_vi) as owner_vi,
    any_value(agencies.short_en) as owner_en
from warnings
inner join indicators using (indicator)
left join agencies on warnings.owner = agencies.agency
where warnings.open and warnings.shared_by is not null
group by warnings.indicator, warnings.rule, warnings.owner
order by weight desc, warnings.indicator, warnings.rule
;

-- name: series
-- The newest figures of what the province is warned of, from the oldest to the newest.
select
    cells.indicator,
    cells.area,
    cells.period_kind,
    cells.period_start,
    cells.period,
    cells.value,
    cells.status,
    cells.state
from indicator_values as cells
inner join areas using (area)
where
    cells.value is not null
    and areas.kind = 'province'
    and areas.valid_to is null
    and cells.indicator in (select unnest($1::varchar[]))
order by cells.indicator, cells.area, cells.period_start
;
