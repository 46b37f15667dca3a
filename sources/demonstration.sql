-- What every demonstration.sql may use. Figures made with it are synthetic: plausible
-- in size and season, the same on every machine, and nobody's real figures.
-- Variables: sources (folder), period_start, period_end, period (label), received (the day of the
-- file), final (false in the first file of a period that a later one revises), told (the day of the
-- file before, where records are told again that were open then).

-- One row a commune, from the real list of communes.
create or replace table communes as
select
    "Mã đơn vị" as code,
    "Tên đơn vị" as name_vi,
    "Loại" = 'Phường' as urban,
    "Diện tích (km2)"::double as area_km2,
    "Dân số (người)"::bigint as population
from read_csv(
    getvariable('sources') || '/administrative_units/extracts/2025/2025-07-15_don-vi-hanh-chinh.csv',
    all_varchar = true, header = true
);

-- 0 ≤ chance < 1, uniform, decided by the text alone; MD5, so that a new DuckDB changes nothing.
create or replace macro chance(key) as
    (md5_number_lower(key) % 1000003)::double / 1000003;

-- A factor around 1 that belongs to an area (or any key) and one figure, for all periods.
create or replace macro level(key, figure, spread) as
    1 + spread * (2 * chance(key || '|' || figure) - 1);

-- A factor around 1 that changes from period to period.
create or replace macro noise(key, figure, spread) as
    1 + spread * (2 * chance(key || '|' || figure || '|' || getvariable('period')) - 1);

-- The same with the figure of `last` in all periods after it, as of somebody who copies it on.
create or replace macro copied_noise(key, figure, spread, last) as
    1 + spread * (2 * chance(key || '|' || figure || '|' || least(getvariable('period'), last)) - 1);

-- What a first figure leaves out, as a factor below 1; nothing of a final one.
create or replace macro first_count(figure, least, most) as
    if(
        getvariable('final'),
        1,
        1 - least - (most - least) * chance(figure || '|first|' || getvariable('period'))
    );

-- Yearly season: 1 + amplitude in the peak month, 1 - amplitude half a year later.
create or replace macro season(peak_month, amplitude) as
    1 + amplitude * cos(2 * pi() * (month(getvariable('period_start')) - peak_month) / 12);

-- Growth since 1 January 2025 at a yearly rate.
create or replace macro growth(yearly) as
    pow(1 + yearly, datediff('day', date '2025-01-01', getvariable('period_start')) / 365.25);

-- Share of the year that has passed when the period ends, for figures told as year to date.
create or replace macro year_passed() as
    dayofyear(getvariable('period_end')) / 365.25;
