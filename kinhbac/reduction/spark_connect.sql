-- name: records
-- The records of one extract, each with the first day of the extract's period.
select *, date '{period_start}' as period_start
from {records}
;

-- name: not_told_again
-- Put after `records`: without those that a later extract holds too.
left anti join (select {keys} from {later}) as told_again using ({keys})
;

-- name: count
-- One extract's part of a count of several.
select {number} as extract, area, cast(period_start as date) as period_start, {figures}
from (with records_{number} as ({records}) select * from ({select}))
;

-- name: keys
-- The keys of one extract's records.
select {number} as extract, {keys}
from {records}
;

-- name: shared
-- Pairs of extracts that hold records of one key.
with new_keys as ({new}), all_keys as ({all})
select distinct new_keys.extract as one, all_keys.extract as other
from new_keys
inner join all_keys using ({keys})
where new_keys.extract != all_keys.extract
;
