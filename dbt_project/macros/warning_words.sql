{#- A warning in one sentence: who, what, which limit, since when, and what the newest data say.
    Both languages from the same columns, so that neither says more than the other. -#}
{% macro warning_in_vietnamese() -%}
    case
        when rule = 'late' then source_vi || ' (' || owner_vi || '): '
        else area_vi || ' – ' || name_vi || ': '
    end
    || case closed_because
        when 'cleared' then 'hết cảnh báo; '
        when 'revised' then 'rút cảnh báo vì số liệu hoặc ngưỡng đã sửa; '
        when 'decided' then 'đóng theo quyết định của ' || closed_by_vi || ' («' || close_reason || '»); '
        when 'no_longer_asked' then 'không còn theo dõi; '
        when 'new_year' then 'sang năm mới, tiến độ tính lại; '
        else ''
    end
    || case rule
        when 'late' then
            if(
                closed_because = 'cleared',
                'đã nhận số liệu ' || last_vi,
                'chưa gửi số liệu ' || last_vi || ', quá hạn ' || {{ number('figure', 'vi') }} || ' ngày'
            )
        when 'stale' then
            coalesce('số gần nhất ' || value_vi || ' (' || last_vi || ')', 'chưa có số liệu nào')
            || if(closed_because = 'cleared', '', ', ' || {{ number('figure', 'vi') }} || ' kỳ đến hạn chưa có số liệu dùng được, từ ' || since_vi)
        when 'pace' then
            value_vi || ' (' || last_vi || '), bằng ' || {{ measured('figure', "'%'", 'vi', 'limit_value') }}
            || coalesce(' mức phải đạt đến nay (' || {{ measured('value_due', 'unit_vi', 'vi') }} || ')', ' mức phải đạt đến nay')
        when 'change' then
            value_vi || ' (' || last_vi || '), ' || if(figure < 0, 'giảm ', 'tăng ')
            || {{ measured('abs(figure)', 'change_unit_vi', 'vi', 'abs(limit_value)') }}
            || if(against = 'last_year', ' so với cùng kỳ năm trước', ' so với kỳ trước')
        else value_vi || ' (' || last_vi || ')'
    end
    || case
        when closed_because is not null and closed_because != 'decided' then ''
        when rule in ('stale', 'late') then
            '; ngưỡng ' || colour_vi || ' từ ' || {{ number('limit_value', 'vi') }} || if(rule = 'late', ' ngày', ' kỳ')
        else
            case
                when not breaks then ', chưa qua biên an toàn của ngưỡng '
                when rule = 'change' then ', quá ngưỡng '
                when figure < limit_value then ', dưới ngưỡng '
                else ', trên ngưỡng '
            end
            || colour_vi || ' '
            || case rule
                when 'pace' then {{ measured('limit_value', "'%'", 'vi') }}
                when 'change' then {{ measured('abs(limit_value)', 'change_unit_vi', 'vi') }}
                else {{ measured('limit_value', 'unit_vi', 'vi') }}
            end
            || coalesce(', kỳ thứ ' || if(in_a_row > 1, in_a_row, null) || ' liên tiếp', '')
            || '; cảnh báo từ ' || since_vi
            || if(
                rule = 'pace' and needed_a_month is not null,
                '; mỗi tháng còn lại '
                || case
                    when needed_a_month < 0 then 'phải giảm '
                    when direction = 'higher_is_better' then 'phải thêm '
                    else 'chỉ được thêm '
                end
                || {{ measured('abs(needed_a_month)', 'change_unit_vi', 'vi') }}
                || ' để đạt mục tiêu ' || {{ measured('target', 'unit_vi', 'vi') }},
                ''
            )
    end
    || case
        when rule in ('stale', 'late') or data_state = 'fresh' then ''
        when data_state = 'held' then '. Số liệu kỳ mới nhất đang tạm giữ; cảnh báo dựa trên số cũ hơn'
        when data_state = 'late' then '. Kỳ mới nhất chậm gửi; cảnh báo dựa trên số cũ hơn'
        else '. Kỳ mới nhất thiếu số liệu; cảnh báo dựa trên số cũ hơn'
    end
    || '.'
{%- endmacro %}

{% macro warning_in_english() -%}
    case
        when rule = 'late' then source_en || ' (' || owner_en || '): '
        else area_en || ' – ' || name_en || ': '
    end
    || case closed_because
        when 'cleared' then 'cleared; '
        when 'revised' then 'withdrawn because figures or limits were revised; '
        when 'decided' then 'closed by ' || closed_by_en || ' (“' || close_reason_en || '”); '
        when 'no_longer_asked' then 'no longer asked; '
        when 'new_year' then 'a new year begins, the pace starts again; '
        else ''
    end
    || case rule
        when 'late' then
            if(
                closed_because = 'cleared',
                'data for ' || last_en || ' have come',
                'no data for ' || last_en || ', ' || {{ number('figure', 'en') }} || ' days after the deadline'
            )
        when 'stale' then
            coalesce('newest figure ' || value_en || ' (' || last_en || ')', 'no figure yet')
            || if(closed_because = 'cleared', '', ', ' || {{ number('figure', 'en') }} || ' due periods without a sound figure, since ' || since_en)
        when 'pace' then
            value_en || ' (' || last_en || '), ' || {{ measured('figure', "'%'", 'en', 'limit_value') }}
            || coalesce(' of where it should stand by now (' || {{ measured('value_due', 'unit_en', 'en') }} || ')', ' of where it should stand by now')
        when 'change' then
            value_en || ' (' || last_en || '), ' || if(figure < 0, 'down ', 'up ')
            || {{ measured('abs(figure)', 'change_unit_en', 'en', 'abs(limit_value)') }}
            || if(against = 'last_year', ' on the same period last year', ' on the period before')
        else value_en || ' (' || last_en || ')'
    end
    || case
        when closed_because is not null and closed_because != 'decided' then ''
        when rule in ('stale', 'late') then
            '; ' || level || ' from ' || {{ number('limit_value', 'en') }} || if(rule = 'late', ' days', ' periods') || ' on'
        else
            case
                when not breaks then ', not yet clear of the ' || level || ' limit '
                when rule = 'change' then ', beyond the ' || level || ' limit '
                when figure < limit_value then ', below the ' || level || ' limit '
                else ', above the ' || level || ' limit '
            end
            || case rule
                when 'pace' then {{ measured('limit_value', "'%'", 'en') }}
                when 'change' then {{ measured('abs(limit_value)', 'change_unit_en', 'en') }}
                else {{ measured('limit_value', 'unit_en', 'en') }}
            end
            || coalesce(', ' || if(in_a_row > 1, in_a_row, null) || ' periods in a row', '')
            || '; warned of since ' || since_en
            || if(
                rule = 'pace' and needed_a_month is not null,
                '; each month left '
                || case
                    when needed_a_month < 0 then 'must take off '
                    when direction = 'higher_is_better' then 'must add '
                    else 'may add no more than '
                end
                || {{ measured('abs(needed_a_month)', 'change_unit_en', 'en') }}
                || ' to reach the target of ' || {{ measured('target', 'unit_en', 'en') }},
                ''
            )
    end
    || case
        when rule in ('stale', 'late') or data_state = 'fresh' then ''
        when data_state = 'held' then '. The newest data are held; the warning rests on older ones'
        when data_state = 'late' then '. The newest data are late; the warning rests on older ones'
        else '. The newest data are missing; the warning rests on older ones'
    end
    || '.'
{%- endmacro %}
