with figures as (
    select
        *,
        round(population * 0.0031 * level(code, 'beds', 0.5) * growth(0.02)) as beds,
        round(population * 0.0012 * season(5, 0.04) * noise(code, 'due', 0.1)) as due,
        day(getvariable('period_end')) as days
    from communes
)
select
    code as "Mã đơn vị",
    name_vi as "Tên đơn vị",
    beds::bigint as "Nguồn lực / Giường bệnh",
    round(beds * 0.31 * level(code, 'doctors', 0.2))::bigint as "Nguồn lực / Bác sĩ",
    round(population * 0.19 * season(12, 0.12) * growth(0.03) * noise(code, 'visits', 0.08))::bigint as "Hoạt động / Lượt khám",
    round(beds * days * 0.84 * season(1, 0.06) * noise(code, 'bed days', 0.06))::bigint as "Hoạt động / Ngày giường",
    (beds * days)::bigint as "Hoạt động / Ngày giường kế hoạch",
    due::bigint as "Tiêm chủng / Đến lịch",
    floor(due * least(1, 0.96 + 0.03 * level(code, 'immunised', 1.0)
        - 0.04 * chance(code || 'immunised' || getvariable('period'))))::bigint as "Tiêm chủng / Đầy đủ",
    floor(population * 0.00004 * season(7, 0.7) * 2 * chance(code || 'poisoning' || getvariable('period')))::bigint as "An toàn thực phẩm / Ca ngộ độc"
from figures
order by code
