-- name: touched
-- Everything that rests on a key that changed: which sources, data elements and indicators. The
-- keys that changed themselves are the rows of `changed` (kind, key).
with recursive
    elements as (
        select key as data_element
        from changed
        where kind = 'data_element'
        union
        select data_element
        from data_elements
        where source in (select key from changed where kind = 'source')
        union
        select data_element
        from comparisons
        where source in (select key from changed where kind = 'source')
        union
        -- What is weighted by it, what it proves a zero of, what is checked together with it.
        select resting.data_element
        from elements
        inner join
            (
                select weight as data_element_below, data_element
                from data_elements
                where weight is not null
                union all
                select unnest(zero_needs), data_element
                from data_elements
                union all
                select one.data_element, other.data_element
                from contract_check_terms as one
                inner join contract_check_terms as other using (source, contract_check)
                union all
                select whole, data_element
                from data_elements
                where whole is not null
                union all
                select data_element, whole
                from data_elements
                where whole is not null
            ) as resting
            on elements.data_element = resting.data_element_below
    ),

    resting_indicators as (
        select operand as below, indicator
        from indicator_terms
        where operand_kind = 'indicator'
        union all
        select component, indicator
        from composite_components
        union all
        select per, indicator
        from composite_components
        where per is not null
        union all
        select whole, indicator
        from indicators
        where whole is not null
        union all
        select reproduces, indicator
        from indicators
        where reproduces is not null
    ),

    above as (
        select key as indicator
        from changed
        where kind = 'indicator'
        union
        select indicator
        from indicator_terms
        where operand_kind = 'data_element' and operand in (select data_element from elements)
        union
        select indicator
        from indicators
        where list_has_any(sources, (select list(key) from changed where kind = 'source'))
        union
        select resting.indicator
        from above
        inner join resting_indicators as resting on above.indicator = resting.below
    ),

    -- Composites are put together level by level: those below one that changes come with it.
    touched_indicators as (
        select indicator
        from above
        union
        select components.component
        from touched_indicators
        inner join composite_components as components using (indicator)
        inner join indicators as definitions on components.component = definitions.indicator
        where definitions.indicator_group = 'composite'
    )

select 'data_element' as kind, data_element as key
from elements
union
select 'indicator', indicator
from touched_indicators
union
select 'source', key
from changed
where kind = 'source'
union
select 'source', source
from data_elements
where data_element in (select data_element from elements)
union
select 'source', source
from indicators
where indicator in (select indicator from touched_indicators)
;

-- name: everything
-- Every key that is declared, and every indicator of which the release in force still tells.
select 'data_element' as kind, data_element as key
from data_elements
union
select 'indicator', indicator
from indicators
union
select 'indicator', indicator
from published_values
union
select 'indicator', indicator
from published_revisions
union
select 'source', source
from sources
;

-- name: there
-- What dbt's models have left in the candidate.
select table_name, 'table'
from duckdb_tables()
where schema_name = 'main'
union all
select view_name, 'view'
from duckdb_views()
where schema_name = 'main' and not internal
;
