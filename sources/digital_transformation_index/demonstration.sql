-- The share of its points that the province attains in each field, a little more every year.
select
    '24' as "Mã tỉnh",
    round(least(100, 86 * growth(0.04) * noise('24', 'dti awareness', 0.06)), 2) as "Nhận thức số",
    round(least(100, 90 * growth(0.04) * noise('24', 'dti institutions', 0.06)), 2) as "Thể chế số",
    round(least(100, 78 * growth(0.04) * noise('24', 'dti infrastructure', 0.06)), 2) as "Hạ tầng số",
    round(least(100, 72 * growth(0.04) * noise('24', 'dti workforce', 0.06)), 2) as "Nhân lực số",
    round(least(100, 80 * growth(0.04) * noise('24', 'dti network_security', 0.06)), 2) as "An toàn thông tin mạng",
    round(least(100, 64 * growth(0.04) * noise('24', 'dti smart_city', 0.06)), 2) as "Đô thị thông minh",
    round(least(100, 76 * growth(0.04) * noise('24', 'dti government', 0.06)), 2) as "Hoạt động chính quyền số",
    round(least(100, 61 * growth(0.04) * noise('24', 'dti economy', 0.06)), 2) as "Hoạt động kinh tế số",
    round(least(100, 67 * growth(0.04) * noise('24', 'dti society', 0.06)), 2) as "Hoạt động xã hội số"
