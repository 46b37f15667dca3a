-- Grain: warning told so far.
-- What the release in force has no column for is told from its other columns and from the
-- registry; where nothing is known and a column may not be empty, it says the least that is
-- certain. Each column is taken away in a test.
with
    published_warnings as (select * from {{ source("ledger", "published_warnings") }}),

    responses as (select * from {{ source("registry", "responses") }}),

    indicators as (select * from {{ source("registry", "indicators") }}),

    sources as (select * from {{ source("registry", "sources") }}),

    published_release as (select * from {{ source("ledger", "published_release") }}),

    source_owners as (select * from {{ source("registry", "source_owners") }}),

    told as (
        select
            * replace (
                coalesce(rule, split_part(warning, '/', 3)) as rule,
                coalesce(
                    indicator, if(warning like '%/late', null, split_part(warning, '/', 1))
                ) as indicator,
                coalesce(
                    area, if(warning like '%/late', null, split_part(warning, '/', 2))
                ) as area,
                coalesce(
                    source, if(warning like '%/late', split_part(warning, '/', 1), null)
                ) as source,
                coalesce(
                    first_period, split_part(warning, '/', if(warning like '%/late', 2, 4))
                ) as first_period,
                coalesce(level, worst_level, 'yellow') as level,
                coalesce(worst_level, level, 'yellow') as worst_level,
                coalesce(open, life != 'closed', closed_in is null and closed_on is null) as open,
                coalesce(
                    closed_because, if(close_reason is null, null, 'decided')
                ) as closed_because,
                coalesce(times_reopened, if(reopened_on is null, 0, 1)) as times_reopened,
                -- Of newer data nothing is said; what is open is asked about again tonight.
                coalesce(data_state, 'fresh') as data_state,
                coalesce(action_overdue, false) as action_overdue,
                coalesce(text_vi, text_en, warning) as text_vi,
                coalesce(text_en, text_vi, warning) as text_en
            )
        from published_warnings
    ),

    periods as (
        select
            * replace (
                coalesce(period_kind, {{ period_kind_named("first_period") }}) as period_kind,
                coalesce(
                    first_period_start, {{ period_start_named("first_period") }}
                ) as first_period_start,
                coalesce(
                    last_period_start, {{ period_start_named("last_period") }}
                ) as last_period_start
            )
        from told
    )

select
    periods.* replace (
        coalesce(periods.life, if(periods.open, 'raised', 'closed')) as life,
        coalesce(
            periods.last_period,
            {{ period_label("periods.period_kind", "periods.last_period_start") }}
        ) as last_period,
        coalesce(periods.indicator_group, indicators.indicator_group) as indicator_group,
        coalesce(periods.source, indicators.source) as source,
        coalesce(periods.sector, sources.sector) as sector,
        coalesce(periods.owner, owners.agency) as owner,
        coalesce(periods.synthetic, indicators.synthetic, sources.synthetic, true) as synthetic,
        -- No later than the first that is told of it.
        coalesce(
            periods.raised_on,
            least(periods.acknowledged_on, periods.reopened_on, periods.closed_on, before.as_of)
        ) as raised_on,
        coalesce(periods.raised_in, least(periods.closed_in, before.release)) as raised_in,
        coalesce(
            periods.response,
            (
                select min(responses.response)
                from responses
                where
                    responses.indicator = periods.indicator
                    and responses.area = periods.area
                    and responses.rule = periods.rule
                    and responses.acknowledged_on = periods.acknowledged_on
            )
        ) as response
    )
from periods
left join
    indicators
    on periods.indicator = indicators.indicator
    and indicators.today
    and indicators.breakdown is null
left join sources on coalesce(periods.source, indicators.source) = sources.source
left join published_release as before on true
left join
    source_owners as owners
    on sources.source = owners.source
    and before.as_of between owners.valid_from and coalesce(owners.valid_to, before.as_of)
