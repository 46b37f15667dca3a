-- Grain: indicator × area × period of the last release.
-- Where that release has no column for it: a value was published by then at the latest, and
-- its period is told by the label or by kind and day. Methods, borders and corrections of which
-- nothing is known are no cause of a revision.
with
    published_values as (select * from {{ source("ledger", "published_values") }}),

    published_release as (select * from {{ source("ledger", "published_release") }})

select
    published.* replace (
        coalesce(published.period_kind, {{ period_kind_named("published.period") }}) as period_kind,
        coalesce(
            published.period, {{ period_label("published.period_kind", "published.period_start") }}
        ) as period,
        coalesce(
            published.published_in,
            if(published.value is null and published.published_on is null, null, before.release)
        ) as published_in,
        coalesce(
            published.published_on,
            if(published.value is null and published.published_in is null, null, before.as_of)
        ) as published_on
    )
from published_values as published
left join published_release as before on true
