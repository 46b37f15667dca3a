-- name: speaking
with
    medians as (
        select measure, period_start, any_value(peer_median) as agency_median
        from quality
        where level = 'agency' and period_kind = 'quarter'
        group by all
    )

select quality.*, medians.agency_median, agencies.name_vi, agencies.name_en
from quality
left join medians using (measure, period_start)
left join agencies on quality.level = 'agency' and quality.subject = agencies.agency
where
    quality.level in ('province', 'agency')
    and quality.period_kind = 'quarter'
    and list_contains(?, quality.measure)
order by agencies.name_vi, quality.subject, quality.measure, quality.period_start
;

-- name: measures
select *
from quality
where level = 'province' and period_kind = 'year'
qualify period_start = max(period_start) over (partition by measure)
order by word, measure
;

-- name: of_sources
-- Every measure of the newest year of all.
select *, year(period_start) as year
from quality
where level = 'source' and period_kind = 'year'
qualify period_start = max(period_start) over ()
order by subject, word, measure
;
