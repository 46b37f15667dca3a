-- name: deliveries
select
    deliveries.*,
    sources.name_vi,
    sources.name_en,
    agencies.name_vi as owner_vi,
    agencies.name_en as owner_en
from deliveries
inner join sources using (source)
left join agencies on deliveries.owner = agencies.agency
order by deliveries.owner, source, period_start
;

-- name: problems
select problems.*, extracts.problems, extracts.synthetic
from problems
inner join extracts using (extract)
left join
    deliveries
    on extracts.source = deliveries.source
    and extracts.period_start = deliveries.period_start
where coalesce(deliveries.state, 'refused') = 'refused'  -- what came after may have replaced it
order by problems.since desc, extract, problem
;

-- name: corrections
select
    corrections.*,
    sources.name_vi,
    sources.name_en,
    sources.owner,
    sources.synthetic,
    areas.name_vi as area_vi,
    areas.name_en as area_en
from corrections
inner join sources using (source)
left join areas using (area)
where corrections.state in ('in_force', 'overtaken')
order by agreed_on, correction
;

-- name: to_do
select
    named_worklist.* exclude (place),
    agencies.name_vi as owner_vi,
    agencies.name_en as owner_en,
    sources.name_vi,
    sources.name_en,
    coalesce(sources.synthetic, false) as synthetic
from named_worklist
inner join agencies using (agency)
left join sources using (source)
order by owner_vi, agency, item, since, source, place
;
