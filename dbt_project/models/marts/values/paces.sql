-- Grain: indicator × area × period with a sound value, a declared pace and a target: where the
-- year should stand, where it stands, and what is still needed.
select
    indicator,
    area,
    period_kind,
    period_start,
    {{ period_label("period_kind", "period_start") }} as period,
    value,
    target,
    share_due,
    value_due,
    pace,
    status,
    months_left,
    needed_a_month
from {{ ref("int_paces") }}
