-- name: records
-- The records of one extract, each with the first day of the extract's period.
select *, date '{period_start}' as period_start
from read_parquet({path})
;

-- name: told_again
-- The keys of those records of one extract that later ones hold too.
create or replace temp table told_again_{number} as
select {keys}
from read_parquet({path})
semi join (select {keys} from read_parquet([{later}], union_by_name = true)) using ({keys})
;

-- name: not_told_again
-- Put after `records`: without those.
anti join told_again_{number} using ({keys})
;

-- name: count
-- One extract's part of a count of several.
select {number} as extract, area, cast(period_start as date) as period_start, {figures}
from (with records_{number} as ({records}) select * from ({select}))
;

-- name: hash_keys
-- Hashes are as long compressed as they are not.
copy (
    select hash({keys}) as key_hash
    from read_parquet({path})
    order by key_hash
) to {aside} (format parquet, compression uncompressed)
;

-- name: how_many
select count(*)
from read_parquet($new)
;

-- name: shared
-- Pairs of files that hold the same hash, among those of one part of all hashes.
select distinct one.filename, other.filename
from read_parquet($new, filename = true) as one
inner join read_parquet($all, filename = true) as other using (key_hash)
where
    one.filename != other.filename
    and one.key_hash between $lowest and $highest
    and other.key_hash between $lowest and $highest
;
