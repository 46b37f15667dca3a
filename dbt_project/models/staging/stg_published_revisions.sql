-- Grain: revision told so far.
-- Where the last release has no column for it: the old value stood until the release before,
-- and no other cause is known than new data.
select
    * replace (
        coalesce(period_kind, {{ period_kind_named("period") }}) as period_kind,
        coalesce(period, {{ period_label("period_kind", "period_start") }}) as period,
        coalesce(old_release, new_release - 1) as old_release,
        coalesce(cause, 'new_data') as cause
    )
from {{ source("ledger", "published_revisions") }}
