-- Year to date, since 1 July 2025 at the earliest, when today's communes began. Until the end
-- of 2025 nearly all of them stood above 90 points; in 2026 the portal counts in another way,
-- and they stand lower.
with counted as (
    select
        year(getvariable('period_start')) as year,
        datediff(
            'month',
            greatest(date_trunc('year', getvariable('period_start')), date '2025-07-01'),
            getvariable('period_start')
        ) + 1 as months,
        -- A service finds its first user sooner or later.
        1 - exp(-months / 2.5) as found
),

-- The share that counts, in the best and in the weakest commune: until 2025, and since.
shares (figure, best_2025, weakest_2025, best, weakest) as (
    values
    ('synchronised', 1, 0.97, 1, 0.94),
    ('on time', 1, 0.93, 0.98, 0.78),
    ('offered online', 0.93, 0.8, 0.9, 0.76),
    ('used online', 0.86, 0.55, 0.65, 0.35),
    ('filed online', 0.98, 0.6, 0.88, 0.44),
    ('payable online', 1, 0.85, 0.55, 0.2),
    ('used to pay', 0.98, 0.72, 0.8, 0.45),
    ('paid online', 0.99, 0.82, 0.94, 0.6),
    ('electronic result', 1, 0.92, 0.92, 0.55),
    ('digitised', 0.98, 0.76, 0.5, 0.3),
    ('copies served', 1, 0.85, 1, 0.8),
    ('reusing data', 0.98, 0.68, 0.3, 0.16),
    ('personal store', 0.98, 0.78, 0.12, 0.07),
    ('population data', 0.99, 0.85, 0.62, 0.38),
    ('procedures connected', 0.97, 0.85, 0.45, 0.27),
    ('petitions on time', 1, 0.95, 0.92, 0.6),
    ('petitions liked', 1, 0.95, 0.96, 0.8),
    ('liked', 1, 0.99, 0.999, 0.98)
),

-- A commune that is weak in one thing tends to be weak in others; most are near the best.
rated as (
    select
        communes.code,
        map_from_entries(list((
            shares.figure,
            if(counted.year < 2026, best_2025, best)
            - if(counted.year < 2026, best_2025 - weakest_2025, best - weakest) * (
                0.65 * pow(chance(communes.code || 'weak'), 3)
                + 0.35 * chance(communes.code || shares.figure || counted.year)
            )
        ))) as share
    from communes, counted, shares
    group by communes.code
),

loaded as (
    select
        communes.code,
        communes.name_vi,
        counted.*,
        rated.share,
        if(counted.year < 2026, 61, 67) as procedures_public,
        if(counted.year < 2026, 384, 402) as procedures,
        if(counted.year < 2026, 112, 118) as fee_procedures,
        round(population * 0.0139 * months * level(communes.code, 'portal', 0.15) * noise(communes.code, 'portal', 0.015)) as dossiers,
        -- The report to the ministry counts a few more than the portal.
        ceil(dossiers * (1 + 0.02 * chance(communes.code || 'reported'))) as to_synchronise,
        floor(dossiers * (0.97 - 0.03 * chance(communes.code || 'open' || getvariable('period')))) as processed,
        floor(dossiers * 0.58 * level(communes.code, 'fees', 0.1)) as with_fee,
        floor(processed * share['on time']) as on_time,
        floor(procedures * share['offered online']) as offered,
        -- Few write; a quarter of the communes is never asked for a certified copy.
        floor(population * 0.00002 * months * chance(communes.code || 'petitions' || year)) as petitions,
        floor(petitions * share['petitions on time'] + chance(communes.code || 'late' || year)) as answered,
        if(
            chance(communes.code || 'copies') < 0.25,
            0,
            floor(population * 0.0008 * months * chance(communes.code || 'requests'))
        ) as copies
    from communes
    inner join rated on communes.code = rated.code
    cross join counted
)

select
    code as "Mã đơn vị",
    name_vi as "Tên đơn vị",
    if(year < 2026, floor(6.9 * months), round(0.5 * months))::bigint as "1.1 công bố đúng hạn",
    if(year < 2026, 9 * months, round(8.2 * months))::bigint as "1.1 phải công bố",
    if(year < 2026, floor(7.2 * months), round(0.8 * months))::bigint as "1.2 cập nhật đúng hạn",
    if(year < 2026, round(8.7 * months), round(8.1 * months))::bigint as "1.2 phải cập nhật",
    procedures_public::bigint as "1.3 đầy đủ nội dung",
    procedures_public::bigint as "1.3 đã công khai",
    floor(to_synchronise * share['synchronised'])::bigint as "1.4 đã đồng bộ",
    to_synchronise::bigint as "1.4 phải đồng bộ",
    on_time::bigint as "2.1 đúng hạn",
    processed::bigint as "2.1 đã giải quyết",
    offered::bigint as "3.1 cung cấp trực tuyến",
    procedures::bigint as "3.1 thuộc thẩm quyền",
    floor(offered * found * share['used online'])::bigint as "3.2 phát sinh hồ sơ",
    floor(dossiers * share['filed online'])::bigint as "3.3 trực tuyến",
    dossiers::bigint as "3.3 tiếp nhận",
    floor(fee_procedures * share['payable online'])::bigint as "3.5 được thanh toán trực tuyến",
    floor(fee_procedures * found * share['used to pay'])::bigint as "3.5 phát sinh thanh toán",
    fee_procedures::bigint as "3.5 có phí",
    floor(with_fee * share['paid online'])::bigint as "3.6 thanh toán trực tuyến",
    with_fee::bigint as "3.6 có nghĩa vụ tài chính",
    floor(processed * share['electronic result'])::bigint as "4.1 kết quả điện tử",
    floor(processed * share['digitised'])::bigint as "4.2 số hóa",
    floor(copies * share['copies served'])::bigint as "4.2 chứng thực đã đáp ứng",
    copies::bigint as "4.2 chứng thực được yêu cầu",
    floor(processed * share['reusing data'])::bigint as "4.3 tái sử dụng",
    floor(processed * share['personal store'])::bigint as "4.4 kho dữ liệu cá nhân",
    floor(processed * share['population data'])::bigint as "4.5 hồ sơ dùng dữ liệu dân cư",
    floor(procedures * share['procedures connected'])::bigint as "4.5 TTHC kết nối dữ liệu dân cư",
    answered::bigint as "5.2 đúng hạn",
    petitions::bigint as "5.2 tiếp nhận",
    floor(answered * share['petitions liked'] + chance(code || 'disliked' || year))::bigint as "5.3 hài lòng",
    floor(on_time * share['liked'])::bigint as "5.4 hài lòng"
from loaded
order by code
