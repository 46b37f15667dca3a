with figures as (
    select *, round((60 + 60 * chance(code || 'tasks' || year(getvariable('period_start')))) * year_passed()) as tasks from communes
)
select
    code as "Mã đơn vị",
    name_vi as "Tên đơn vị",
    tasks::bigint as "Được giao",
    floor(tasks * (0.8 + 0.18 * chance(code || 'on time' || year(getvariable('period_start')))))::bigint as "Hoàn thành đúng hạn",
    floor(tasks * 0.05 * chance(code || 'overdue' || getvariable('period')))::bigint as "Quá hạn"
from figures
order by code
