select
    round(465 * growth(0.1) * season(2, 0.45), 1) as "Khách du lịch",
    round(41 * growth(0.2) * season(11, 0.2), 1) as "Khách quốc tế",
    round(430 * growth(0.13) * season(2, 0.35), 1) as "Doanh thu"
