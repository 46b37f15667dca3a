with figures as (
    select *, round(population / 3.6 * growth(0.01)) as households from communes
)
select
    code as "Mã đơn vị",
    name_vi as "Tên đơn vị",
    households::bigint as "Tổng số hộ",
    round(households * 0.011 * if(urban, 0.4, 1.4) * level(code, 'poor', 0.8) * pow(0.8, year(getvariable('period_start')) - 2025))::bigint as "Hộ nghèo",
    round(households * 0.016 * level(code, 'near poor', 0.6) * pow(0.85, year(getvariable('period_start')) - 2025))::bigint as "Hộ cận nghèo",
    floor(households * least(1, 0.93 * level(code, 'water', 0.08) * growth(0.02)))::bigint as "Hộ dùng nước sạch"
from figures
order by code
