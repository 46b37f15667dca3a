-- name: used_in
select distinct terms.operand, users.indicator, users.name_vi, users.name_en
from indicator_terms as terms
inner join indicators as users on terms.indicator = users.indicator
where terms.operand_kind = 'indicator'
order by terms.operand, users.indicator
;

-- name: doubts
select distinct terms.indicator, doubts.*
from indicator_terms as terms
inner join
    (
        select
            data_element,
            'contradiction' as doubt,
            period,
            source
            || ': '
            || printf('%.15g', value)
            || '; '
            || coalesce(statement, compared_source)
            || ': '
            || printf('%.15g', compared_value) as evidence
        from comparisons
        where verdict = 'contradiction'
        union all
        select data_element, anomaly, period, evidence
        from anomalies
        where state in ('open', 'corrected')
    ) as doubts
    on terms.operand = doubts.data_element
order by terms.indicator, doubts.period desc, doubts.evidence
;

-- name: revisions
select revisions.*, areas.name_vi, areas.name_en
from revisions
inner join areas using (area)
order by indicator, revised_on desc, area, revisions.period_start desc
;

-- name: warnings
select warnings.*, areas.name_vi, areas.name_en, areas.kind
from warnings
inner join areas using (area)
order by warnings.indicator, not open, kind = 'commune', weight desc, raised_on desc, area
;

-- name: sign_offs
select sign_offs.*, agencies.name_vi as agency_vi, agencies.name_en as agency_en
from sign_offs
left join agencies using (agency)
order by indicator, position
;

-- name: beside
-- Areas beside which a figure stands, as those of «compared» of the figures.
select
    latest.indicator,
    latest.area,
    latest.area_kind,
    latest.period_kind,
    latest.period_start,
    latest.value,
    latest.judgement,
    latest.peers_all,
    areas.tile_column
from latest_values as latest
inner join areas using (area)
where
    area_kind != 'province'
    or indicator in (select indicator from latest_values where area_kind = 'peer_province')
;
