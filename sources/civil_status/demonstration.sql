-- Before July 2025 the former communes register; since then the communes do.
with places as (
    select
        communes.code,
        communes.name_vi,
        communes.population
    from communes
    where getvariable('period_start') >= date '2025-07-01'
    union all
    select
        areas.code,
        areas.name_vi,
        communes.population / count(*) over (partition by successions.successor)
    from read_csv(getvariable('sources') || '/areas.csv', all_varchar = true) as areas
    inner join read_csv(getvariable('sources') || '/area_successions.csv', all_varchar = true)
        as successions on areas.area = successions.predecessor
    inner join communes on successions.successor = communes.code
    where areas.kind = 'former_commune' and getvariable('period_start') < date '2025-07-01'
),

births as (
    select
        *,
        round(population * 0.0034 * season(9, 0.08) * noise(code, 'boys', 0.1) * 0.53) as boys,
        round(population * 0.0034 * season(9, 0.08) * noise(code, 'girls', 0.1) * 0.47) as girls
    from places
),

on_time as (
    select
        *,
        floor(boys * (0.9 + 0.1 * chance(code || 'on time'))) as boys_on_time,
        floor(girls * (0.9 + 0.1 * chance(code || 'on time'))) as girls_on_time
    from births
)

select
    code as "Mã đơn vị",
    name_vi as "Tên đơn vị",
    getvariable('period') as "Quý",
    (boys + girls)::bigint as "Đăng ký khai sinh",
    boys::bigint as "Nam",
    girls::bigint as "Nữ",
    (boys_on_time + girls_on_time)::bigint as "Đúng hạn",
    boys_on_time::bigint as "Đúng hạn Nam",
    girls_on_time::bigint as "Đúng hạn Nữ",
    -- Where no foreigner lives the question does not arise.
    case
        when chance(code || 'foreigners') < 0.15 then 'x'
        else floor(4 * chance(code || 'marriages' || getvariable('period')))::bigint::varchar
    end as "Kết hôn có yếu tố nước ngoài"
from on_time
order by code
