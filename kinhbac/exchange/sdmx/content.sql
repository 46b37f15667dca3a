-- name: day
select max(as_of)
from release_info
;

-- name: signed
-- The newest of what the structures rest on: a sign-off, or else the first publication.
select coalesce(max(signed_on), (select min(published_on) from indicator_values))
from sign_offs
where signed_on <= $as_of
;

-- name: province
select areas.area, name_vi, name_en, codes.code
from areas
left join
    area_codes as codes
    on areas.area = codes.area
    and codes.code_system = $code_system
    and regexp_full_match(codes.code, '[A-Za-z0-9_-]+')  -- dots would name an agency of agencies
    and $as_of between coalesce(codes.valid_from, $as_of) and coalesce(codes.valid_to, $as_of)
where
    kind = 'province'
    and $as_of between coalesce(areas.valid_from, $as_of) and coalesce(areas.valid_to, $as_of)
order by areas.area
limit 1
;

-- name: areas
select area, name_vi, name_en, parent, valid_from, valid_to
from areas
order by area
;

-- name: indicators
select
    indicator,
    name_vi,
    name_en,
    indicator_group,
    sector,
    purpose,
    formula,
    unit_measure,
    unit_power,
    frequency,
    direction,
    round_to,
    owner,
    string_split(sources, ', ') as sources,
    decision,
    valid_from,
    valid_to,
    synthetic
from indicators
where published
order by indicator
;
