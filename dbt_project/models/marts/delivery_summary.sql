-- Grain: owner × state: how many deliveries of today's sources stand so.
select owner, state, count(*) as deliveries
from {{ ref('deliveries') }}
where owner is not null
group by owner, state
order by owner, state
