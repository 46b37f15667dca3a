-- Grain: information need, and how far it is answered.
with
    indicators as (select * from {{ source("registry", "indicators") }}),

    standings as (select * from {{ source("process", "standings") }}),

    needs as (select * from {{ source("registry", "needs") }}),

    answers as (
        select
            definitions.need,
            count(*) as indicators,
            count(*) filter (where standings.published) as indicators_published,
            string_agg(definitions.indicator, ', ' order by definitions.indicator) as answered_by
        from indicators as definitions
        inner join standings using (indicator)
        where definitions.today
        group by definitions.need
    )

select
    needs.need,
    needs.name_vi,
    needs.name_en,
    needs.asked_by,
    needs.indicator_group,
    needs.sector,
    needs.operations_centre,
    coalesce(answers.indicators, 0) as indicators,
    coalesce(answers.indicators_published, 0) as indicators_published,
    answers.answered_by,
    case
        when answers.need is null
        then 'no_indicator'
        when answers.indicators_published = 0
        then 'not_published'
        else 'answered'
    end as state
from needs
left join answers using (need)
