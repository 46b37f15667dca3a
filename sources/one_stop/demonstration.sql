-- About one dossier in six of the real load: 8,400 a month, 285,000 in 34 months.
with load as (
    select
        code,
        round(population * 0.00232 * season(3, 0.12) * growth(0.06) * level(code, 'dossiers', 0.15))::bigint as dossiers,
        0.9 * level(code || year(getvariable('period_start')), 'punctual', 0.09) as punctual,
        least(0.95, 0.55 * growth(0.25) * level(code, 'online', 0.3)) as online
    from communes
),

numbered as (
    select *, unnest(generate_series(1, dossiers)) as number from load
),

drawn as (
    select
        *,
        code || '-' || getvariable('period') || '-' || lpad(number::varchar, 5, '0') as id,
        chance(id || 'a') as a,
        chance(id || 'b') as b,
        chance(id || 'c') as c,
        chance(id || 'd') as d
    from numbered
),

timed as (
    select
        *,
        getvariable('period_start')::timestamp
            + to_days(floor(a * day(getvariable('period_end')))::integer)
            + to_seconds(27000 + floor(b * 32400)) as received,
        1 + floor(pow(c, 2.2) * 20)::integer as promised
    from drawn
),

dated as (
    select
        *,
        received + to_days(promised) as due,
        received + to_seconds(floor(promised * 86400
            * if(d < punctual, 0.15 + 0.85 * chance(id || 'e'), 1.02 + 0.6 * chance(id || 'f')))) as finish,
        -- What is open on the day of the file is told again in the next one.
        finish::date <= getvariable('received') as finished
    from timed
)

select
    'H05.' || id as "MaHoSo",
    '1.' || lpad((floor(b * 446)::integer)::varchar, 6, '0') as "MaTTHC",
    'LV' || lpad((floor(c * 31)::integer)::varchar, 2, '0') as "MaLinhVuc",
    case when a < online then 2 when a < online + 0.05 then 3 else 1 end as "KenhThucHien",
    received as "NgayTiepNhan",
    due as "NgayHenTra",
    if(finished, finish, null) as "NgayKetThucXuLy",
    if(finished, 4, 2) as "TrangThaiHoSo",
    d < 0.8 as "TaiKhoanDuocXacThucVoiVNeID",
    case when c < 0.58 and b < 0.55 + 0.4 * online then 1 else 0 end as "DuocThanhToanTrucTuyen",
    case when c < 0.58 then 10000 * (1 + floor(b * 20)) else 0 end::bigint as "Danhsachphilephi.Gia",
    b < 0.3 + 0.5 * online as "DuocSoHoa",
    d < 0.13 as "DuocTaiSuDung",
    'NGƯỜI NỘP ' || number as "HoTenNguoiNop",
    '0' || lpad(floor(chance(id || 'person') * 1e11)::bigint::varchar, 11, '0') as "SoDinhDanh",
    1 as "LoaiDinhDanh",
    code as "DonViXuLy"
from dated
where getvariable('told') is null or finish::date > getvariable('told')
order by id
