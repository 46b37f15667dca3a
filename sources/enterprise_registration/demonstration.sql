with figures as (
    select *, floor(population * 0.00015 * if(urban, 1.7, 0.7) * season(4, 0.2) * growth(0.12) * noise(code, 'founded', 0.5) + 0.8) as founded
    from communes
)
select
    code as "Mã đơn vị",
    name_vi as "Tên đơn vị",
    founded::bigint as "Thành lập mới",
    floor(founded * 0.7 * season(1, 0.5) * chance(code || 'suspended' || getvariable('period')))::bigint as "Tạm ngừng",
    floor(founded * 0.3 * chance(code || 'dissolved' || getvariable('period')))::bigint as "Giải thể",
    round(founded * 9.4 * noise(code, 'capital', 0.5), 2) as "Vốn đăng ký"
from figures
order by code
