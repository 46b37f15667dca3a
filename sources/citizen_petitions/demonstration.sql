with figures as (
    select *, 3 + floor(population * 0.0002 * noise(code, 'complaints', 0.5)) as complaints from communes
)
select
    code as "Mã đơn vị",
    name_vi as "Tên đơn vị",
    round(population * 0.0004 * noise(code, 'received', 0.4))::bigint as "Lượt tiếp",
    complaints::bigint as "Đơn thuộc thẩm quyền",
    floor(complaints * (0.8 + 0.25 * chance(code || 'resolved' || getvariable('period'))))::bigint as "Đơn đã giải quyết"
from figures
order by code
