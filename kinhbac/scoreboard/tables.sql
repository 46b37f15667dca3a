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

-- name: told_warnings
-- Warnings, with the short names of those who took note of them and of those who are to act.
create or replace temporary view told_warnings as
select
    warnings.*,
    noted.short_vi as noted_by_vi,
    noted.short_en as noted_by_en,
    acting.short_vi as acting_vi,
    acting.short_en as acting_en
from warnings
left join agencies as noted on warnings.acknowledged_by = noted.agency
left join agencies as acting on warnings.action_by = acting.agency
;
