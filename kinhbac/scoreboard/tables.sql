-- name: indicators
select
    indicators.*,
    sources.sector_vi,
    sources.sector_en,
    agencies.name_vi as owner_vi,
    agencies.name_en as owner_en,
    sources.name_vi as source_vi,
    sources.name_en as source_en,
    sources.published_by
from indicators
left join sources using (source)
left join agencies on indicators.owner = agencies.agency
order by indicator
;
