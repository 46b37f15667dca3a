-- name: warnings
-- What most communes share is one item; a release from before warnings were weighed shares none.
with
    raised as (
        select *
        from warnings
        union all by name
        select null::bigint as shared_by, null::double as weight
        where false
    )
select
    raised.*,
    areas.kind as area_kind,
    indicators.name_vi,
    indicators.covers,
    indicators.span,
    coalesce(raised.reopened_on, raised.raised_on) as since,
    if(
        raised.shared_by is null,
        raised.warning,
        concat_ws('/', raised.indicator, raised.rule, 'communes')
    ) as matter
from raised
left join areas using (area)
left join indicators using (indicator)
where
    raised.open
    and raised.data_state is distinct from 'old'
    -- A late source stands on the work list by extract; its warning would say it again.
    and not (
        raised.rule = 'late'
        and exists (
            select 1
            from worklist
            where
                worklist.item = 'late_extract'
                and worklist.agency = raised.owner
                and worklist.source = raised.source
        )
    )
qualify
    row_number() over (
        partition by matter, raised.owner order by raised.level != 'red', since, raised.warning
    )
    = 1
order by raised.weight desc nulls last, raised.level != 'red', since, matter
;

-- name: late
select worklist.*, sources.name_vi as source_vi, sources.synthetic
from worklist
left join sources using (source)
where item = 'late_extract'
order by since, place
;

-- name: refused_files
with
    placed as (
        select
            worklist.*,
            (
                select max_by(extracts.file, length(extracts.file))
                from extracts
                where
                    extracts.source = worklist.source and starts_with(worklist.place, extracts.file)
            ) as file
        from worklist
        where item in ('refused_extract', 'contested_extract')
    )

select
    agency,
    item,
    item_vi,
    source,
    remedy_vi,
    coalesce(file, place) as file,
    min(since) as since,
    count(*) as places,
    min_by(place_vi || ': ' || found_vi, place) as example,
    any_value(sources.name_vi) as source_vi,
    any_value(sources.synthetic) as synthetic
from placed
left join sources using (source)
group by all
order by since, file
;

-- name: tasks
select worklist.*, sources.synthetic
from worklist
left join sources using (source)
where item not in ('late_extract', 'refused_extract', 'contested_extract')
order by since nulls last, item, place
;

-- name: held
select holds.*, sources.name_vi as source_vi, sources.synthetic
from holds
left join sources using (source)
order by cells desc, hold
;
