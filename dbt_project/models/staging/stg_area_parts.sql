-- Grain: area × part × measure; an empty measure is a word of its own, so that it joins.
select * replace (coalesce(share_of, '') as share_of) from {{ source("registry", "area_parts") }}
