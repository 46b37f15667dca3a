with figures as (
    select *, round(5 + population * 0.0004 * if(urban, 1.5, 0.7) * noise(code, 'licences', 0.4)) as licences from communes
)
select
    code as "Mã đơn vị",
    name_vi as "Tên đơn vị",
    licences::bigint as "Giấy phép",
    floor(licences * (0.86 + 0.14 * chance(code || 'licences' || getvariable('period'))))::bigint as "Đúng hạn",
    round(area_km2 * 1.9, 1) as "Đường xã (km)",
    round(area_km2 * 1.9 * least(1, 0.9 * level(code, 'paved', 0.1) * growth(0.01)), 1) as "Cứng hóa (km)"
from figures
order by code
