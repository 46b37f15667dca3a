with figures as (
    select
        *,
        population * 0.00109 * level(code, 'revenue', 0.5) * season(12, 0.14) * growth(0.09) * noise(code, 'revenue', 0.18) as revenue,
        population * 0.00081 * level(code, 'spending', 0.2) * season(12, 0.3) * growth(0.07) * noise(code, 'spending', 0.1) as spending
    from communes
)
select
    code as "Mã đơn vị",
    name_vi as "Tên đơn vị",
    round(revenue, 3) as "Thu / Thu nội địa",
    round(revenue * 0.28 * noise(code, 'land', 0.4), 3) as "Thu / Tiền sử dụng đất",
    round(population * 0.0127 * level(code, 'revenue', 0.5) * pow(1.08, year(getvariable('period_start')) - 2025), 3) as "Thu / Dự toán năm",
    round(spending, 3) as "Chi / Tổng chi",
    round(spending * 0.41 * noise(code, 'development', 0.15), 3) as "Chi / Đầu tư phát triển"
from figures
order by code
