-- Grain: owner × state: how many deliveries stand so: all that are still awaited, and the newest
-- twelve of each kind of period. More would count years delivered in one go, long after their days.
with
    deliveries as (select * from {{ ref("deliveries") }}),

    counted as (
        select owner, state
        from deliveries
        where owner is not null
        qualify
            state in ('late', 'refused')
            or dense_rank() over (partition by period_kind order by period_start desc) <= 12
    )

select owner, state, count(*) as deliveries
from counted
group by owner, state
