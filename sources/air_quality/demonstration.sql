select
    'Bắc Ninh' as "Trạm",
    round(41 * season(1, 0.45) * noise('24', 'pm25', 0.4), 1) as "PM2.5",
    round(24 - 3 * chance('hours' || getvariable('period')), 0) as "Số giờ"
