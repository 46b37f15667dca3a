-- Grain: data element × area × period of the element's own kind × rolled_up: as delivered,
-- and as put together from the parts of an area, before anything is held.
-- Parts are the areas below it, and those that became it: rolling up and restating on
-- today's borders are one sum. An area has a value only when every part that stood then has
-- one; parts to which the figure does not apply take no part. Sums add shares, weighted
-- means carry their weight; everything else refuses, unless an area only changed its name.
-- What takes a share of a divided area's figure was counted by nobody: it is an estimate, and
-- has the decimals of one. A sum of whole counts is whole, or says so.
{{ config(meta={"kept_by": "data_element"}) }}
with
    int_observations as (select * from {{ ref("int_observations") }}),

    areas as (select * from {{ source("registry", "areas") }}),

    data_elements as (select * from {{ source("registry", "data_elements") }}),

    area_parts as (select * from {{ source("registry", "area_parts") }}),

    observations as (
        select observations.*, areas.kind as area_kind
        from int_observations as observations
        inner join areas using (area)
    ),

    changed as (select * from observations where {{ is_changed("data_element") }}),

    kinds as (
        select kind, min(coalesce(valid_from, date '0001-01-01')) as first_day
        from areas
        group by kind
    ),

    -- The day whose borders count: the period's last one, or the first of an area kind that is
    -- younger, whose figures a source has restated itself.
    delivered as (
        select
            observations.data_element,
            observations.area_kind as part_kind,
            observations.period_kind,
            observations.period_start,
            greatest(
                {{ period_end_of("observations.period_kind", "observations.period_start") }},
                kinds.first_day
            ) as borders_of
        from
            (
                select distinct data_element, area_kind, period_kind, period_start from changed
            ) as observations
        inner join kinds on observations.area_kind = kinds.kind
    ),

    expected as (
        select
            delivered.*,
            elements.over_areas,
            elements.weight,
            parts.area,
            parts.part,
            parts.share,
            parts.distance,
            parts.restated
        from delivered
        inner join data_elements as elements using (data_element)
        inner join
            area_parts as parts
            on delivered.part_kind = parts.part_kind
            and elements.shared_by is not distinct from parts.share_of
            and (elements.over_areas != 'none' or parts.alone)
        inner join
            areas
            on parts.part = areas.area
            and borders_of
            between coalesce(areas.valid_from, borders_of) and coalesce(areas.valid_to, borders_of)
    ),

    gathered as (
        select
            expected.data_element,
            expected.area,
            expected.period_kind,
            expected.period_start,
            expected.part_kind,
            min(expected.distance) as distance,
            bool_or(expected.restated) as restated,
            {{
                worst_absence(
                    "case when own.value is null then coalesce(own.absence, 'missing')"
                    ~ " when share is null then 'no_share'"
                    ~ " when expected.weight is not null and weights.value is null then 'missing' end"
                )
            }}
            as worst,
            count(own.value) as present,
            case
                any_value(expected.over_areas)
                when 'weighted_mean'
                then
                    {{ total("own.value * share * weights.value") }} / nullif(
                        {{ total("share * weights.value", "filter (where own.value is not null)") }},
                        0
                    )
                else {{ total("own.value * share") }}
            end as value_of_present,
            arg_min(
                {{ apportioned_vintage("own.vintage") }},
                {{ vintage_rank(apportioned_vintage("own.vintage")) }}
            ) as vintage,
            any_value(own.scope) as scope,
            max(own.extract) as extract,
            list_sort(
                list_distinct(list(own.correction) filter (where own.correction is not null))
            ) as corrections
        from expected
        left join
            changed as own
            on expected.data_element = own.data_element
            and expected.part = own.area
            and expected.period_kind = own.period_kind
            and expected.period_start = own.period_start
        left join
            observations as weights
            on expected.weight = weights.data_element
            and expected.part = weights.area
            and expected.period_kind = weights.period_kind
            and expected.period_start = weights.period_start
        group by all
    ),

    -- Of two kinds of parts that were delivered, the complete one, then the nearer one.
    rolled_up as (
        select
            * replace ({{ finite("value_of_present") }} as value_of_present),
            present > 0
            and coalesce(worst, {{ absence_rank("'not_applicable'") }})
            = {{ absence_rank("'not_applicable'") }} as complete
        from gathered
        qualify
            row_number() over (
                partition by data_element, area, period_kind, period_start
                order by complete desc, distance
            )
            = 1
    )

select
    data_element,
    area,
    period_kind,
    period_start,
    value,
    absence,
    vintage,
    scope,
    extract,
    if(correction is null, null, [correction]) as corrections,
    null::varchar as part_kind,
    false as restated,
    false as rolled_up,
    true as of_record
from changed
union all
select
    rolled_up.data_element,
    rolled_up.area,
    rolled_up.period_kind,
    rolled_up.period_start,
    if(complete, value_of_present, null) as value,
    -- A sum that is more than can be carried, or a mean of no weight at all, is not there.
    case
        when not complete
        then {{ absence_word("worst") }}
        when value_of_present is null
        then 'missing'
    end as absence,
    rolled_up.vintage,
    rolled_up.scope,
    rolled_up.extract,
    rolled_up.corrections,
    rolled_up.part_kind,
    restated,
    true as rolled_up,
    own.area is null
    and (restated or not list_contains(elements.area_kinds, areas.kind)) as of_record
from rolled_up
inner join data_elements as elements using (data_element)
inner join areas using (area)
left join
    changed as own
    on rolled_up.data_element = own.data_element
    and rolled_up.area = own.area
    and rolled_up.period_kind = own.period_kind
    and rolled_up.period_start = own.period_start
