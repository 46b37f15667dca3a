-- name: needs
select
    needs.*,
    agencies.name_vi as asked_by_vi,
    agencies.name_en as asked_by_en,
    sectors.sector_vi,
    sectors.sector_en
from needs
left join agencies on asked_by = agency
left join
    (select distinct sector, sector_vi, sector_en from coverage_matrix) as sectors using (sector)
order by state = 'answered', not operations_centre, needs.name_vi
;

-- name: steps
select indicators.*, agencies.name_vi as owner_vi, agencies.name_en as owner_en
from indicators
left join agencies on owner = agency
where not published or sent_back or waits or lacking is not null
order by published, step, indicator
;
