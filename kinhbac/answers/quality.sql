-- name: of_a_subject
select *
from quality
where
    subject = $1 and period_kind = 'year' and year(period_start) = coalesce($2, year(period_start))
qualify period_start = max(period_start) over ()
order by
    list_position(['source', 'agency', 'sector', 'province'], level),
    list_position(['right', 'complete', 'clean', 'alive', 'consistent', 'shared'], word),
    measure
;

-- name: subjects
select distinct subject
from quality
order by 1
;
