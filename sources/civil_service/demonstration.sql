with posts as (
    select *, 45 + round(population / 1500) as posts from communes
),
figures as (
    select *, floor(posts * (0.84 + 0.16 * chance(code || 'filled' || getvariable('period')))) as filled from posts
)
select
    code as "Mã đơn vị",
    name_vi as "Tên đơn vị",
    posts::bigint as "Biên chế / Được giao",
    filled::bigint as "Biên chế / Có mặt",
    floor(filled * (0.86 + 0.13 * chance(code || 'degree')))::bigint as "Trình độ / Đại học"
from figures
order by code
