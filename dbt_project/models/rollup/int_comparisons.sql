-- Grain: data element × area × period × who says the second figure (× vintage, scope and
-- statement): the figure of record beside it, and why they differ.
-- Four causes, told apart by attributes: another scope, another vintage, another period,
-- or a contradiction; only the last is a conflict. A delivered parent is set beside the
-- roll-up of its children in the same way.
{{ config(meta={"kept_by": "data_element"}) }}
with
    stg_comparisons as (
        select * from {{ ref("stg_comparisons") }} where {{ is_changed("data_element") }}
    ),

    declared_comparisons as (select * from {{ source("registry", "comparisons") }}),

    int_rolled_values as (
        select * from {{ ref("int_rolled_values") }} where {{ is_changed("data_element") }}
    ),

    data_elements as (select * from {{ source("registry", "data_elements") }}),

    compared as (
        select
            'source' as kind,
            compared.source as compared_source,
            compared.data_element,
            compared.area,
            compared.period_kind,
            compared.period_start,
            compared.value as compared_value,
            compared.vintage as compared_vintage,
            coalesce(compared.scope, comparisons.scope) as compared_scope,
            compared.statement,
            compared.extract as compared_extract,
            compared.line as compared_line,
            comparisons.absolute,
            comparisons.relative,
            comparisons.hold as holds
        from stg_comparisons as compared
        inner join
            declared_comparisons as comparisons
            on compared.source = comparisons.source
            and compared.data_element = comparisons.data_element
        union all
        select
            'children' as kind,
            elements.source,
            children.data_element,
            children.area,
            children.period_kind,
            children.period_start,
            children.value,
            children.vintage,
            children.scope,
            'Σ communes' as statement,
            children.extract,
            null as compared_line,
            elements.children_absolute,
            elements.children_relative,
            true as holds
        from int_rolled_values as children
        inner join data_elements as elements using (data_element)
        where
            children.rolled_up
            and not children.of_record
            and children.value is not null
            and elements.children_absolute is not null
    ),

    beside as (
        select
            compared.*,
            record.value,
            record.vintage,
            record.scope,
            record.extract,
            elements.source,
            {{ difference("compared.compared_value", "record.value") }} as difference,
            greatest(absolute, relative * abs(record.value)) as tolerance
        from compared
        inner join data_elements as elements using (data_element)
        left join
            int_rolled_values as record
            on compared.data_element = record.data_element
            and compared.area = record.area
            and compared.period_kind = record.period_kind
            and compared.period_start = record.period_start
            and record.of_record
            and record.value is not null
    ),

    placed as (
        select
            *,
            coalesce(not {{ are_apart("compared_value", "value", "tolerance") }}, false) as agrees
        from beside
    ),

    -- The same figure of record under another period: a label that slipped. Small whole numbers
    -- meet by chance and prove nothing.
    elsewhere as (
        select
            beside.data_element,
            beside.area,
            beside.compared_value,
            min({{ period_label("record.period_kind", "record.period_start") }}) as period
        from placed as beside
        inner join
            int_rolled_values as record
            on beside.data_element = record.data_element
            and beside.area = record.area
            and beside.period_start != record.period_start
            and {{ settled("beside.compared_value") }} = {{ settled("record.value") }}
        where
            not beside.agrees
            and record.of_record
            and (abs(record.value) >= 100 or {{ settled("record.value") }} != round(record.value))
        group by all
    )

select
    beside.* exclude (agrees),
    if(agrees, null, elsewhere.period) as found_at_period,
    case
        when agrees
        then 'agrees'
        when beside.value is not null and compared_scope is distinct from scope
        then 'scope'
        when beside.value is not null and compared_vintage != vintage
        then 'vintage'
        when elsewhere.period is not null
        then 'period'
        when beside.value is null
        then 'no_record'
        else 'contradiction'
    end as verdict
from placed as beside
left join elsewhere using (data_element, area, compared_value)
