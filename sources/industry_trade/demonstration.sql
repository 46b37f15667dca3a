select
    round(7600 * growth(0.13) * season(10, 0.08) * noise('24', 'exports', 0.03)
        * first_count('exports', 0.01, 0.04), 1) as "xuat_khau",
    round(7100 * growth(0.12) * season(9, 0.07) * noise('24', 'imports', 0.03)
        * first_count('imports', 0.01, 0.03), 1) as "nhap_khau",
    round(1240000 * growth(0.09) * season(7, 0.05)) as "dien_cong_nghiep"
