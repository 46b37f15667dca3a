-- name: steps
-- The newest examined period of each composite, with the name of the area's own group.
select
    steps.indicator,
    steps.period,
    steps.area,
    steps.component,
    steps.mark,
    groups.name_vi as group_vi,
    groups.name_en as group_en,
    steps.component_value,
    steps.aim,
    steps.gain,
    steps.rank,
    steps.rank_after,
    steps.gain_together,
    steps.rank_together,
    steps.reason,
    steps.synthetic,
    steps.indicator not in (select component from composite_components) as is_root
from composite_steps as steps
left join area_groups as groups on steps.grouping = groups.grouping and steps.area = groups.area
where
    (steps.indicator, steps.period_start)
    in (select (indicator, max(period_start)) from composite_steps group by indicator)
order by steps.area, steps.indicator, steps.place nulls last, steps.component
;
