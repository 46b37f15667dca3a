-- name: sources
select sources.*, agencies.name_vi as owner_vi, agencies.name_en as owner_en
from sources
left join agencies on sources.owner = agencies.agency
order by source
;

-- name: quarters
-- Every quarter of the measures that speak for a word.
select subject, measure, period_kind, period_start, period, value, unit, peer_median, standing
from quality
where level = 'source' and period_kind = 'quarter' and list_contains($1, measure)
order by subject, measure, period_start
;

-- name: alive
-- Deliveries that were late, or are, the newest first; of quarters that the measure counts.
select source, deliveries.period_kind, deliveries.period_start, due_date, days_late, state
from deliveries
inner join
    quality
    on quality.level = 'source'
    and quality.subject = deliveries.source
    and quality.measure = 'on_time'
    and quality.period_kind = 'quarter'
    and quality.period_start = date_trunc('quarter', deliveries.due_date)
    and quality.value < 1
where state in ('late', 'delivered_late')
qualify row_number() over (partition by source order by deliveries.period_start desc) <= 5
order by source, deliveries.period_start desc
;

-- name: clean
-- Deliveries of which a file was refused, the newest first.
select source, period_kind, period_start, refused_extracts, problems
from deliveries
where refused_extracts > 0
qualify row_number() over (partition by source order by period_start desc) <= 5
order by source, period_start desc
;

-- name: right
-- Periods of which most cells were revised.
select
    source,
    period_kind,
    period_start,
    count(distinct(data_element, area)) as cells,
    median(abs(new_value - old_value) / nullif(abs(new_value), 0)) as size
from observation_revisions
group by source, period_kind, period_start
qualify row_number() over (partition by source order by cells desc, period_start desc) <= 5
order by source, cells desc, period_start desc
;

-- name: vintages
-- What later deliveries made of first figures, by data element: 0–1 the next figure, 0–latest the
-- one
-- in force.
with
    -- A cell that was missing, or taken back, begins anew with its next figure.
    moves as (
        select *
        from observation_revisions
        where turn is not null
        qualify
            turn > coalesce(
                max(turn) filter (where old_value is null or new_value is null) over (
                    partition by data_element, area, period_kind, period_start
                ),
                0
            )
    ),

    cells as (
        select
            source,
            data_element,
            period_start,
            arg_min(old_value, turn) as first_value,
            arg_min(new_value, turn) as next_value,
            arg_max(new_value, turn) as last_value,
            count(*) + 1 as vintages
        from moves
        group by source, data_element, area, period_kind, period_start
    )

select
    cells.source,
    cells.data_element,
    data_elements.name_vi,
    data_elements.name_en,
    count(*) as cells,
    count(distinct period_start) as periods,
    max(vintages) as vintages,
    avg(abs(next_value - first_value) / nullif(abs(next_value), 0)) as next_size,
    avg(abs(last_value - first_value) / nullif(abs(last_value), 0)) as latest_size,
    count(*) filter (where last_value > first_value) as upward,
    count(*) filter (where last_value < first_value) as downward
from cells
inner join data_elements using (data_element)
group by all
order by cells.source, cells desc, cells.data_element
;

-- name: consistent
-- Figures that another one contradicts, widest apart first.
select
    comparisons.source,
    comparisons.data_element,
    data_elements.name_vi,
    data_elements.name_en,
    areas.name_vi as area_vi,
    areas.name_en as area_en,
    comparisons.period_kind,
    comparisons.period_start,
    comparisons.value,
    comparisons.compared_value,
    coalesce(comparisons.compared_owner, comparisons.statement) as compared
from comparisons
inner join data_elements using (data_element)
inner join areas using (area)
where verdict = 'contradiction'
qualify
    row_number() over (
        partition by comparisons.source order by relative_difference desc, comparisons.period_start
    )
    <= 5
order by comparisons.source, relative_difference desc, comparisons.period_start
;

-- name: questions
select
    anomalies.*,
    data_elements.name_vi,
    data_elements.name_en,
    areas.name_vi as area_vi,
    areas.name_en as area_en
from anomalies
left join data_elements using (data_element)
left join areas using (area)
qualify
    row_number() over (
        partition by anomalies.source
        order by anomalies.period_start desc, anomaly, data_element, area
    )
    <= 10
order by anomalies.source, anomalies.period_start desc, anomaly, data_element, area
;

-- name: elements
select source, data_element, name_vi, name_en, unit_vi, unit_en, disclosed_from, area_kinds
from data_elements
where breakdown is null
order by source, name_vi, data_element
;

-- name: resting
-- Published indicators that rest on a source.
select unnest(string_split(sources, ', ')) as source, indicator, name_vi, name_en, covers, span
from indicators
where published
order by source, name_vi, indicator
;

-- name: spans
-- From which period to which a source has told.
select source, period_kind, min(period_start) as first_start, max(period_start) as last_start
from extracts
where standing = 'in_force'
group by all
;

-- name: reports
select source, concept, text_vi, text_en
from source_reports
order by source, concept
;
