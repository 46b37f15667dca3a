-- name: measured
-- The measures $1 that speak for a word, of agencies and of their sources, $2 months before the
-- quarter of the release and, of agencies, in the quarters before that. What stands beside the
-- newest deliveries
-- alone, whatever their quarter (shared), is as it is today and has no past.
with
    told as (
        select (date_trunc('quarter', as_of) - to_months($2))::date as quarter from release_info
    ),

    of_sources as (
        select
            'source' as level,
            quality.subject,
            sources.owner as agency,
            sources.name_vi,
            sources.name_en,
            quality.measure,
            quality.word = 'shared' as is_of_today,
            if(is_of_today, 0, date_diff('quarter', period_start, told.quarter)) as quarters_ago,
            told.quarter,
            numerator,
            denominator,
            value,
            null::double as peer_median,
            null::varchar as standing,
            quality.synthetic
        from quality
        cross join told
        inner join sources on quality.subject = sources.source
        where
            level = 'source'
            and list_contains($1, measure)
            and value is not null
            and period_kind = 'quarter'
            and quarters_ago = 0
    ),

    of_agencies as (
        select
            'agency' as level,
            subject,
            subject as agency,
            null as name_vi,
            null as name_en,
            measure,
            false as is_of_today,
            date_diff('quarter', period_start, told.quarter) as quarters_ago,
            told.quarter,
            numerator,
            denominator,
            value,
            peer_median,
            standing,
            synthetic
        from quality
        cross join told
        where
            level = 'agency'
            and list_contains($1, measure)
            and value is not null
            and period_kind = 'quarter'
            and word <> 'shared'
            and quarters_ago between 0 and 7
    )

from of_sources
union all
from of_agencies
union all
select
    'agency',
    agency,
    agency,
    null,
    null,
    measure,
    true,
    0,
    quarter,
    sum(numerator),
    sum(denominator),
    sum(numerator) / sum(denominator),
    null,
    null,
    bool_or(synthetic)
from of_sources
where is_of_today
group by agency, measure, quarter
order by agency, level, measure, quarters_ago desc, subject
;
