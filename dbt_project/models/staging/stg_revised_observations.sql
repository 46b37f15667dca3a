-- Grain: data element × area × period × turn, for the periods of tabular sources of which more than
-- one extract came into force: what the cell was from that turn on. Where files replace each other
-- a cell that one of them leaves out has no value from then on.
with
    turns as (select * from {{ source("ledger", "turns") }}),

    told as (
        select
            told.* exclude (layer, merged, extract),
            turns.turn,
            turns.layer,
            turns.merged,
            turns.extract
        from ({{ observations_in(in_force_files("table", revised=true)) }}) as told
        inner join turns using (extract)
    ),

    cells as (
        select
            source, period, data_element, area, period_kind, period_start, min(turn) as first_turn
        from told
        group by all
    ),

    -- A file that came late lies beneath those that were there, where rows are merged.
    standing as (
        select *
        from told
        qualify
            not merged
            or layer >= max(layer) over (
                partition by source, period, data_element, area, period_kind, period_start
                order by turn
            )
    )

select
    cells.data_element,
    cells.area,
    cells.period_kind,
    cells.period_start,
    standing.value,
    cells.source,
    turns.extract,
    coalesce(standing.stated_vintage, turns.vintage) as vintage,
    turns.turn,
    turns.received_on,
    turns.met_on,
    turns.again
from cells
inner join
    turns
    on cells.source = turns.source
    and cells.period = turns.period
    and cells.first_turn <= turns.turn
left join
    standing
    on cells.source = standing.source
    and cells.period = standing.period
    and cells.data_element = standing.data_element
    and cells.area = standing.area
    and cells.period_kind = standing.period_kind
    and cells.period_start = standing.period_start
    and turns.turn = standing.turn
where standing.turn is not null or not turns.merged
