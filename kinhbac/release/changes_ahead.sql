-- name: days
-- What a release says of days to come: on which something in it is told otherwise, why, and whose
-- source it is (empty: anybody's). $as_of is its own day. Days that have passed are among them.
with
    kinds as (
        select
            unnest(
                [
                    {'kind':'day', 'rank':1, 'length': interval 1 day},
                    {'kind':'month', 'rank':2, 'length': interval 1 month},
                    {'kind':'quarter', 'rank':3, 'length': interval 3 months},
                    {'kind':'half_year', 'rank':4, 'length': interval 6 months},
                    {'kind':'year', 'rank':5, 'length': interval 1 year}
                ],
                recursive := true
            )
    ),

    -- The first day of the next period of each kind.
    coming as (
        select
            kind,
            rank,
            case
                kind
                when 'day'
                then $as_of::date
                when 'half_year'
                then make_date(year($as_of::date), if(month($as_of::date) < 7, 1, 7), 1)
                else date_trunc(kind, $as_of::date)
            end
            + length as begins
        from kinds
    ),

    -- A regular indicator has a cell in every period; one that carries a figure on has one too.
    expected as (
        select
            indicators.indicator,
            indicators.source,
            indicators.frequency,
            max(sources.expected_from) as expected_from
        from indicators
        inner join sources on list_contains(string_split(indicators.sources, ', '), sources.source)
        group by all
    ),

    carrying as (
        select distinct indicators.indicator
        from indicators
        inner join indicator_terms as terms using (indicator)
        inner join data_elements as elements on terms.operand = elements.data_element
        inner join kinds as own on elements.frequency = own.kind
        inner join kinds as wanted on indicators.frequency = wanted.kind
        where own.rank > wanted.rank or elements.carry > 0 or terms.span like 'last_known%'
    ),

    absent as (
        select indicator, due_date
        from indicator_values
        where state not in ('value', 'provisional')
        union all
        select indicator, whole.due_date
        from breakdown_values as parts
        inner join indicator_values as whole using (indicator, area, period_start)
        where parts.state not in ('value', 'provisional')
    ),

    told as (
        select
            greatest(begins, expected_from) as day,
            'a ' || kind || ' of ' || source || ' begins' as because,
            source
        from sources
        inner join coming on sources.frequency = coming.kind
        where expected_from is not null
        union all
        select
            greatest(begins, expected_from),
            'a ' || kind || ' of ' || indicator || ' begins',
            source
        from expected
        inner join coming on expected.frequency = coming.kind
        where expected_from is not null or indicator in (select indicator from carrying)
        union all
        select absent.due_date + 1, 'what ' || indicator || ' lacks is due', indicators.source
        from absent
        inner join indicators using (indicator)
        union all
        select newer_due + 1, 'the newest figure of ' || indicator || ' is old', indicators.source
        from latest_values
        inner join indicators using (indicator)
        union all
        select
            cells.period_start + length - interval 1 day,
            'a period of ' || indicator || ' ends with a figure carried into it',
            indicators.source
        from indicator_values as cells
        inner join kinds on cells.period_kind = kinds.kind
        inner join indicators using (indicator)
        where age_days > 0
        union all
        select
            definitions.valid_to + 1,
            'the definition of ' || indicator || ' ends',
            indicators.source
        from indicator_definitions as definitions
        inner join indicators using (indicator)
        union all
        select unnest([valid_from, valid_to + 1]), 'another agency owns ' || source, source
        from source_owners
        union all
        select unnest([valid_from, valid_to + 1]), 'area ' || area || ' begins or ends', null
        from areas
        union all
        select
            unnest([agreed_on, withdrawn_on]),
            'correction ' || correction || ' begins or ends',
            source
        from corrections
        union all
        select action_due + 1, 'what was decided on ' || warning || ' is overdue', source
        from warnings
        where open
        union all
        select received_on, 'the day of receipt of ' || extracts.file || ' comes', extracts.source
        from problems
        inner join extracts using (extract)
        where problems.rule = 'day_of_receipt'
        union all
        select
            $as_of::date + 1,
            extracts.file || ' is read again, as its reader was killed',
            extracts.source
        from problems
        inner join extracts using (extract)
        where problems.rule = 'killed'
    )

select distinct day::date as day, because, source
from told
where day > $as_of::date
;

-- name: awaited
-- Deliveries that are not there, or not accepted.
select source, period, due_date
from deliveries
where state in ('not_yet_due', 'late', 'refused') and due_date is not null
;
