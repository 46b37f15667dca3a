select
    code as "Mã đơn vị",
    name_vi as "Tên đơn vị",
    floor(population * least(0.995, 0.945 * level(code, 'insured', 0.04) * growth(0.004)))::bigint as "Số người tham gia BHYT",
    round(population * 0.21 * if(urban, 1.3, 0.8) * growth(0.04))::bigint as "BHXH bắt buộc",
    round(population * 0.021 * level(code, 'voluntary', 0.5) * growth(0.11))::bigint as "BHXH tự nguyện",
    round(population * 0.00031 * 0.05 * noise(code, 'arrears', 0.7), 3) as "Số tiền chậm đóng",
    round(population * 0.00031 * growth(0.06), 3) as "Số phải thu"
from communes
order by code
