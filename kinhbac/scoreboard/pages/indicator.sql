-- name: used_in
select distinct terms.operand, users.indicator, users.name_vi, users.name_en
from indicator_terms as terms
inner join indicators as users on terms.indicator = users.indicator
where terms.operand_kind = 'indicator'
order by terms.operand, users.indicator
;

-- name: contradictions
select distinct
    terms.indicator,
    comparisons.*,
    elements.name_vi,
    elements.name_en,
    owners.short_vi as owner_vi,
    owners.short_en as owner_en,
    others.name_vi as compared_vi,
    others.name_en as compared_en
from comparisons
inner join indicator_terms as terms on comparisons.data_element = terms.operand
inner join data_elements as elements on comparisons.data_element = elements.data_element
left join agencies as owners on comparisons.owner = owners.agency
left join sources as others on comparisons.compared_source = others.source
where verdict = 'contradiction'
order by terms.indicator, comparisons.period_start desc, comparisons.data_element, statement
;

-- name: anomalies
select distinct terms.indicator, anomalies.*, areas.name_vi as area_vi, areas.name_en as area_en
from anomalies
inner join indicator_terms as terms on anomalies.data_element = terms.operand
left join areas on anomalies.area = areas.area
where anomalies.state in ('open', 'corrected')
order by
    terms.indicator, anomalies.period_start desc, anomaly, anomalies.area, data_element, evidence
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

-- name: methods
-- What the method is called by which a composite's formula begins.
select distinct indicator, methods.method as operand, methods.name_vi, methods.name_en
from composite_methods as methods
inner join indicators using (indicator, version)
;
