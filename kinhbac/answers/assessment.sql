-- name: measures
-- Of all sources in the year, or in the newest one of any; asked about are those of a subject
-- (source, agency, sector or the province).
select
    quality.*,
    year(period_start) as year,
    sources.name_vi,
    sources.name_en,
    sources.owner,
    $2 in (sources.source, sources.owner, sources.sector, 'province') as is_asked
from quality
inner join sources on quality.subject = sources.source
where
    level = 'source'
    and period_kind = 'year'
    and year(period_start) = coalesce(
        $1,
        (
            select year(max(period_start))
            from quality
            where level = 'source' and period_kind = 'year'
        )
    )
order by subject, measure
;
