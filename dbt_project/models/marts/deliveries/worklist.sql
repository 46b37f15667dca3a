-- Grain: item that an agency must put right: what is wrong, where, how, since when. Past 200
-- lines because each kind of item is one CTE and two lines of Vietnamese.
with refused as (
    select
        problems.owner as agency,
        case
            when problems.rule like '%(row set aside)' then 'row_set_aside'
            when extracts.standing = 'contested' then 'contested_extract'
            else 'refused_extract'
        end as item,
        problems.source,
        problems.file
            || coalesce(' [' || problems.sheet || ']', '')
            || coalesce(', line ' || problems.line, '')
            || coalesce(', ' || problems.column_name, '') as place,
        coalesce('«' || problems.delivered_value || '» ', '') || problems.found as found,
        problems.expected,
        problems.remedy,
        problems.since
    from {{ ref('stg_problems') }} as problems
    inner join {{ ref('stg_extracts') }} as extracts using (extract)
    cross join {{ ref('stg_refresh') }} as refresh
    where
        extracts.standing = 'in_force'
        or (
            extracts.standing in ('refused', 'contested')
            and (
                extracts.held
                -- What a stranger sent is done with when the owner has delivered since.
                or not exists (
                    select 1
                    from {{ ref('stg_extracts') }} as later
                    where
                        later.source = extracts.source
                        and later.period = extracts.period
                        and later.standing = 'in_force'
                        and later.received_on >= least(extracts.received_on, refresh.as_of)
                )
            )
        )
),

late as (
    select
        sources.owner as agency,
        'late_extract' as item,
        deliveries.source,
        deliveries.source || '/' || deliveries.period as place,
        'nothing has been delivered for ' || deliveries.period as found,
        'due on ' || strftime(deliveries.due_date, '%d/%m/%Y') as expected,
        'deliver the extract' as remedy,
        deliveries.due_date + 1 as since
    from {{ ref('int_deliveries') }} as deliveries
    inner join {{ ref('sources') }} as sources using (source)
    cross join {{ ref('stg_refresh') }} as refresh
    where not deliveries.delivered and not deliveries.held and deliveries.due_date < refresh.as_of
),

contradictions as (
    select
        unnest(list_distinct([comparisons.owner, comparisons.compared_owner])) as agency,
        'contradiction' as item,
        comparisons.source,
        comparisons.data_element || ', ' || comparisons.area || ', ' || comparisons.period as place,
        comparisons.source || ' (' || comparisons.owner || ') says '
            || {{ figure('comparisons.value') }} || ', '
            || coalesce(comparisons.statement, comparisons.compared_source) || ' ('
            || comparisons.compared_owner || ') says ' || {{ figure('comparisons.compared_value') }}
            || ': ' || {{ figure('comparisons.difference') }} || ' apart' as found,
        'at most ' || {{ figure('comparisons.tolerance') }} || ' apart' as expected,
        'agree on one figure; the owner delivers it, or a correction is recorded' as remedy,
        extracts.received_on as since
    from {{ ref('comparisons') }} as comparisons
    left join {{ ref('stg_extracts') }} as extracts
        on comparisons.compared_extract = extracts.extract
    where comparisons.verdict = 'contradiction'
),

failed as (
    select
        sources.owner as agency,
        'failed_check' as item,
        failed.source,
        extracts.file || ', ' || failed.area || ', '
            || {{ period_label('failed.period_kind', 'failed.period_start') }} as place,
        {{ figure('failed.left_value') }} || ' against ' || {{ figure('failed.right_value') }} as found,
        failed.name_vi || ' / ' || failed.name_en || ' (' || failed.compare || ')' as expected,
        'correct the figures and deliver the file again; they are held until then' as remedy,
        extracts.received_on as since
    from {{ ref('int_failed_checks') }} as failed
    inner join {{ ref('sources') }} as sources using (source)
    left join {{ ref('stg_extracts') }} as extracts on failed.extract = extracts.extract
),

corrected as (
    select
        sources.owner as agency,
        if(corrections.state = 'overtaken', 'correction_overtaken', 'correction_to_deliver') as item,
        corrections.source,
        corrections.data_element || ', ' || corrections.area || ', ' || corrections.period as place,
        coalesce({{ figure('corrections.delivered_value') }}, 'blank') || ' is delivered; '
            || coalesce({{ figure('corrections.old_value') }}, 'blank') || ' → '
            || coalesce({{ figure('corrections.new_value') }}, 'blank') || ' was agreed' as found,
        corrections.reason as expected,
        if(
            corrections.state = 'overtaken',
            'the delivered value is neither: withdraw the correction, or agree anew',
            'correct it in your own system and deliver it again; this closes the correction'
        ) as remedy,
        corrections.agreed_on as since
    from {{ ref('corrections') }} as corrections
    inner join {{ ref('sources') }} as sources using (source)
    where corrections.state in ('in_force', 'overtaken')
),

strange as (
    select
        anomalies.owner as agency,
        anomalies.anomaly as item,
        anomalies.source,
        concat_ws(', ', anomalies.data_element, anomalies.area, anomalies.period) as place,
        anomalies.evidence as found,
        'figures move as they usually do, and zeros and totals are proven' as expected,
        'check it; deliver it again if it is wrong, say so if it is right' as remedy,
        anomalies.since
    from {{ ref('anomalies') }} as anomalies
),

unsigned as (
    select
        indicators.owner as agency,
        if(indicators.sent_back, 'sent_back', 'not_issued') as item,
        indicators.source,
        indicators.indicator as place,
        indicators.lacking as found,
        'conditions of the step «' || indicators.next_step || '» (process.yml)' as expected,
        'have the definition signed as it stands now, or restore the signed one' as remedy,
        null::date as since
    from {{ ref('indicators') }} as indicators
    where not indicators.published and indicators.next_step is not null
),

duplicated as (
    select
        coalesce(indicators.owner, elements.owner) as agency,
        'duplicate' as item,
        coalesce(indicators.source, elements.source) as source,
        duplicates.name as place,
        'it is «' || duplicates.other || '» again (' || duplicates.relation || ')' as found,
        'a fact has one name' as expected,
        'retire one of the two, or say by its formula how they differ' as remedy,
        null::date as since
    from {{ ref('duplicates') }} as duplicates
    left join {{ ref('indicators') }} as indicators on duplicates.name = indicators.indicator
    left join {{ ref('data_elements') }} as elements on duplicates.name = elements.data_element
),

items as (
    select * from refused
    union all
    select * from late
    union all
    select * from contradictions
    union all
    select * from failed
    union all
    select * from corrected
    union all
    select * from strange
    union all
    select * from unsigned
    union all
    select * from duplicated
)

select
    items.agency,
    agencies.name_vi as agency_vi,
    items.item,
    case items.item
        when 'refused_extract' then 'Tệp bị từ chối'
        when 'contested_extract' then 'Hai tệp cùng ngày mâu thuẫn'
        when 'row_set_aside' then 'Dòng bị để riêng'
        when 'late_extract' then 'Chậm gửi'
        when 'contradiction' then 'Số liệu mâu thuẫn'
        when 'failed_check' then 'Không khớp logic'
        when 'falling_cumulative' then 'Số lũy kế giảm'
        when 'resent' then 'Số liệu kỳ trước gửi lại'
        when 'jump' then 'Biến động bất thường'
        when 'unit_slip' then 'Nghi sai đơn vị nghìn lần'
        when 'missing_breakdown' then 'Thiếu phân tổ'
        when 'unproven_zero' then 'Số 0 không có căn cứ'
        when 'not_reproduced' then 'Số công bố không khớp số thành phần'
        when 'correction_to_deliver' then 'Số đã thống nhất sửa, chờ gửi lại'
        when 'correction_overtaken' then 'Số sửa đã thống nhất không còn phù hợp'
        when 'sent_back' then 'Chỉ số bị trả lại do thay đổi định nghĩa'
        when 'not_issued' then 'Chỉ số chưa được ban hành'
        else 'Chỉ số trùng lặp'
    end as item_vi,
    items.source,
    items.place,
    items.found,
    items.expected,
    items.remedy,
    case items.item
        when 'refused_extract' then 'Sửa ô hoặc tệp theo quy định rồi gửi lại tệp mới; tệp cũ được giữ nguyên'
        when 'contested_extract' then 'Gửi lại tệp đúng, ghi ngày nhận sau'
        when 'row_set_aside' then 'Sửa dòng và gửi lại tệp'
        when 'late_extract' then 'Gửi tệp trích xuất của kỳ'
        when 'contradiction' then 'Hai cơ quan thống nhất một số; chủ sở hữu gửi lại, hoặc ghi sổ đính chính'
        when 'failed_check' then 'Sửa số liệu và gửi lại tệp; số liệu tạm giữ đến khi khớp'
        when 'falling_cumulative' then 'Kiểm tra số lũy kế và gửi lại nếu sai'
        when 'resent' then 'Gửi số liệu của chính kỳ báo cáo'
        when 'jump' then 'Kiểm tra; gửi lại nếu sai, giải thích nếu đúng'
        when 'unit_slip' then 'Kiểm tra đơn vị tính và dấu phân cách, gửi lại'
        when 'missing_breakdown' then 'Bổ sung số liệu phân tổ và gửi lại'
        when 'not_reproduced' then 'Hỏi cơ quan công bố; ghi nhận sai khác'
        when 'unproven_zero' then 'Để trống nếu không có số liệu; gửi số thành phần nếu là số 0 thật'
        when 'correction_to_deliver' then 'Sửa trong hệ thống của cơ quan và gửi lại; đính chính sẽ tự đóng'
        when 'correction_overtaken' then 'Hủy đính chính hoặc thống nhất lại'
        when 'sent_back' then 'Trình ký lại định nghĩa hiện tại, hoặc khôi phục định nghĩa đã ký'
        when 'not_issued' then 'Hoàn thiện thuộc tính và trình ký bước tiếp theo'
        else 'Bãi bỏ một trong hai chỉ số, hoặc làm rõ khác biệt trong công thức'
    end as remedy_vi,
    items.since
from items
inner join {{ ref('stg_agencies') }} as agencies using (agency)
