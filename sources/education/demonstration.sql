with figures as (
    select
        *,
        round(population * 0.196 * level(code, 'pupils', 0.08) * growth(0.015)) as pupils,
        greatest(4, round(population / 3300)) as schools
    from communes
)
select
    code as "Mã đơn vị",
    name_vi as "Tên đơn vị",
    pupils::bigint as "Quy mô / Học sinh",
    round(pupils / 20.5 / level(code, 'teachers', 0.12))::bigint as "Quy mô / Giáo viên",
    round(pupils / 36.0 / level(code, 'classes', 0.15))::bigint as "Quy mô / Lớp",
    schools::bigint as "Trường / Tổng số",
    round(schools * (0.86 + 0.14 * chance(code || 'standard 1')))::bigint as "Trường / Chuẩn mức 1",
    round(schools * (0.3 + 0.4 * chance(code || 'standard 2')))::bigint as "Trường / Chuẩn mức 2"
from figures
order by code
