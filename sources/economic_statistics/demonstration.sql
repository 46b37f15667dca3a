select
    round(158 * growth(0.14) * season(10, 0.06) * noise('24', 'iip', 0.02), 2) as "IIP",
    round(101.5 * growth(0.031) * noise('24', 'cpi', 0.003), 2) as "CPI",
    round(11800 * growth(0.16) * season(1, 0.05) * noise('24', 'retail', 0.02), 1) as "Bán lẻ"
