-- Grain: data element × area × period × second figure: difference, tolerance, verdict.
with
    int_comparisons as (select * from {{ ref("int_comparisons") }}),

    int_suppressions as (select * from {{ ref("int_suppressions") }}),

    sources as (select * from {{ ref("sources") }})

select
    comparisons.data_element,
    comparisons.area,
    comparisons.period_kind,
    comparisons.period_start,
    {{ period_label("comparisons.period_kind", "comparisons.period_start") }} as period,
    {{ unless_hidden("comparisons.value") }} as value,
    comparisons.source,
    owners.owner,
    comparisons.vintage,
    comparisons.scope,
    comparisons.extract,
    comparisons.kind as compared_with,
    {{ unless_hidden("comparisons.compared_value") }} as compared_value,
    comparisons.compared_source,
    second.owner as compared_owner,
    comparisons.compared_vintage,
    comparisons.compared_scope,
    comparisons.statement,
    comparisons.compared_extract,
    comparisons.compared_line,
    {{ unless_hidden("comparisons.difference") }} as difference,
    {{ finite(unless_hidden("comparisons.difference / nullif(abs(comparisons.value), 0)")) }}
    as relative_difference,
    {{ unless_hidden("comparisons.tolerance") }} as tolerance,
    comparisons.verdict,
    comparisons.found_at_period,
    comparisons.verdict = 'contradiction' and comparisons.holds as held
from int_comparisons as comparisons
inner join sources as owners using (source)
inner join sources as second on comparisons.compared_source = second.source
left join int_suppressions as hidden using (data_element, area, period_kind, period_start)
