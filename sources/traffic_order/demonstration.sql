with figures as (
    select *, floor(population * 0.00003 * season(2, 0.3) * 2 * chance(code || 'accidents' || getvariable('period'))) as accidents from communes
)
select
    code as "Mã đơn vị",
    name_vi as "Tên đơn vị",
    accidents::bigint as "Số vụ TNGT",
    floor(accidents * 0.55 * chance(code || 'deaths' || getvariable('period')))::bigint as "Số người chết",
    floor(1.3 * season(5, 0.3) * chance(code || 'fires' || getvariable('period')))::bigint as "Số vụ cháy"
from figures
order by code
