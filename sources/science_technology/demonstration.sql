with figures as (
    select *, round((160 + population / 180) * noise(code, 'documents', 0.2)) as documents from communes
)
select
    code as "ma_don_vi",
    name_vi as "ten_don_vi",
    12::bigint as "du_lieu.phai_cung_cap",
    floor(12 * least(1, 0.8 + 0.28 * chance(code || 'datasets' || getvariable('period'))))::bigint as "du_lieu.dung_han",
    documents::bigint as "van_ban.tong",
    floor(documents * least(1, 0.93 + 0.09 * chance(code || 'signed' || getvariable('period'))))::bigint as "van_ban.ky_so"
from figures
order by code
