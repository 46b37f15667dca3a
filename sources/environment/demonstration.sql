-- A few communes copy their waste of June 2026 on, so that figures carried forward can be seen.
with copiers as (select *, chance(code || 'copies') < 0.05 as copies from communes),
figures as (
    select
        *,
        population * 0.0225 * if(urban, 1.25, 0.85)
        * if(copies, copied_noise(code, 'waste', 0.06, '2026-06'), noise(code, 'waste', 0.06)) as waste,
        if(copies, least(getvariable('period_start'), date '2026-06-01'), getvariable('period_start')) as counted_on
    from copiers
)
select
    code as "Mã đơn vị",
    name_vi as "Tên đơn vị",
    round(waste, 1) as "rac.phat_sinh",
    round(waste * (0.84 + 0.16 * chance(code || 'collected' || quarter(counted_on))), 1) as "rac.thu_gom",
    (1 + floor(area_km2 / 20))::bigint as "nuoc.so_mau",
    round(least(100, 74 * level(code, 'wqi', 0.25) * noise(code, 'wqi', 0.06)), 1) as "nuoc.wqi",
    floor(3 * chance(code || 'violations' || getvariable('period')))::bigint as "vi_pham"
from figures
order by code
