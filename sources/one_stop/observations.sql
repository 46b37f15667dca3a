-- What is counted from dossiers, by the commune that handles them: those received, by the month
-- and the day in which they came in, and those resolved, by the month in which they were finished.
select
    area,
    date_trunc('month', received_at) as period_start,
    count(*) as dossiers_received_in_month,
    count(*) filter (where channel = 2) as dossiers_received_online,
    count(*) filter (where fee > 0) as dossiers_with_charge,
    count(*) filter (where fee > 0 and online_payment in (1, 2)) as dossiers_charge_paid_online
from records
group by all
;

select area, cast(received_at as date) as period_start, count(*) as dossiers_received
from records
group by all
;

-- Time is counted in microseconds, which add up exactly, and told in days.
select
    area,
    date_trunc('month', finished_at) as period_start,
    count(*) as dossiers_resolved,
    count(*) filter (where finished_at <= due_at) as dossiers_resolved_on_time,
    sum(epoch_us(finished_at) - epoch_us(received_at)) / 86400000000 as dossier_processing_days,
    count(*) filter (where digitised) as dossiers_resolved_digitised
from records
where finished_at is not null
group by all
;
