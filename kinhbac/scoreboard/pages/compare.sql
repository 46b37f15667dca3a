-- name: ranked
-- Indicators in which communes are ranked, those that most are warned of first.
select latest.indicator, bool_or(latest.synthetic) as synthetic
from latest_values as latest
left join warnings on latest.indicator = warnings.indicator and latest.area = warnings.area and open
where latest.area_kind = 'commune' and latest.rank is not null
group by latest.indicator
order by count(warnings.warning) desc, latest.indicator
;

-- name: told
select distinct area
from latest_values
where area_kind = 'commune' and rank is not null
;
