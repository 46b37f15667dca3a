select
    round(4100 * growth(0.035) * noise('24', 'agriculture', 0.01), 1) as "Nông nghiệp",
    round(50200 * growth(0.112) * season(11, 0.05) * noise('24', 'industry', 0.01), 1) as "Công nghiệp",
    round(15900 * growth(0.079) * noise('24', 'services', 0.01), 1) as "Dịch vụ"
