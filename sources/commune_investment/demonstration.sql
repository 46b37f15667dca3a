with figures as (
    select
        *,
        population * 0.0021 * level(code || year(getvariable('period_start')), 'plan', 0.6) as plan,
        4 + floor(population / 4000 * level(code, 'projects', 0.4)) as projects
    from communes
)
select
    code as "Mã đơn vị",
    name_vi as "Tên đơn vị",
    round(plan, 3) as "Kế hoạch năm",
    round(plan * least(1, pow(year_passed(), 1.6) * level(code || year(getvariable('period_start')), 'pace', 0.25)), 3) as "Giải ngân lũy kế",
    projects::bigint as "Số dự án",
    floor(projects * 0.3 * chance(code || 'delayed' || month(getvariable('period_start'))))::bigint as "Dự án chậm"
from figures
order by code
