-- Grain: indicator × area of today whose newest sound figure is counted: what can be said of it
-- beyond chance, among areas of its kind with a figure of the same period.
{{ config(meta={"kept_by": "indicator"}) }}
with
    latest_values as (select * from {{ ref("latest_values") }} where {{ is_changed("indicator") }}),

    indicator_values as (
        select * from {{ ref("indicator_values") }} where {{ is_changed("indicator") }}
    ),

    indicator_changes as (
        select * from {{ ref("indicator_changes") }} where {{ is_changed("indicator") }}
    ),

    indicators as (select * from {{ source("registry", "indicators") }}),

    areas as (select * from {{ source("registry", "areas") }}),

    cells as (
        select
            own.indicator,
            own.area,
            own.period_kind,
            own.period_start,
            own.period,
            own.value,
            own.value_low,
            own.value_high,
            own.numerator,
            own.denominator,
            coalesce(own.denominator, 1) as whole,
            definitions.noise,
            definitions.scale,
            definitions.direction,
            definitions.span_kind
        from indicator_values as own
        inner join indicators as definitions using (indicator, version)
        where
            definitions.noise is not null
            and own.value is not null
            and coalesce(own.denominator, 1) > 0
    ),

    newest as (
        select
            cells.*,
            latest.area_kind,
            areas.alike,
            areas.parent,
            latest.compared_with,
            latest.synthetic,
            concat_ws(
                '/', cells.indicator, latest.area_kind = 'commune', cells.period_start
            ) as family,
            not latest.is_old
            and cells.noise != 'count'
            and cells.direction != 'neutral' as is_ranked
        from latest_values as latest
        inner join
            cells
            on latest.indicator = cells.indicator
            and latest.area = cells.area
            and latest.sound_period_start = cells.period_start
        inner join areas on latest.area = areas.area
    ),

    -- A commune is held against its province; a province, and communes without a province's figure,
    -- against all of them together.
    held_against as (
        select
            newest.*,
            case
                when newest.noise = 'count'
                then null
                when newest.area_kind = 'commune' and wholes.value is not null
                then wholes.value
                else newest.scale * sum(newest.numerator) over among / sum(newest.whole) over among
            end as expected
        from newest
        left join
            (select indicator, area, period_start, value from cells) as wholes
            on newest.indicator = wholes.indicator
            and newest.parent = wholes.area
            and newest.period_start = wholes.period_start
        window among as (partition by family)
    ),

    moved as (
        select
            held.* exclude (expected),
            if(count(*) over (partition by family) < 3, null, expected) as expected,
            {{
                distance_from(
                    "held.noise", "held.numerator", "held.whole", "held.scale", "expected"
                )
            }} as from_expected,
            {%- for name in ["previous", "last_year"] %}
                case
                    when
                        changes.{{ name }}_gap is null
                        {%- if name == "previous" %}
                            -- Eleven of twelve months are in both of two rolling years.
                            and held.span_kind = 'period'
                        {%- endif %}
                    then
                        {{
                            distance_between(
                                "held.noise",
                                "held.numerator",
                                "held.whole",
                                name ~ ".numerator",
                                name ~ ".whole",
                            )
                        }}
                end as from_{{ name }}{{ ',' if not loop.last }}
            {%- endfor %}
        from held_against as held
        inner join indicator_changes as changes using (indicator, area, period_start)
        left join
            cells as previous
            on held.indicator = previous.indicator
            and held.area = previous.area
            and {{ period_before("held.period_kind", "held.period_start") }} = previous.period_start
        left join
            cells as last_year
            on held.indicator = last_year.indicator
            and held.area = last_year.area
            and (held.period_start - interval 1 year)::date = last_year.period_start
    ),

    -- How all move together is no noise of one.
    centred as (
        select
            *
            {%- for name in ["previous", "last_year"] %}
                ,
                from_{{ name }}
                - median(from_{{ name }}) over (partition by family) as apart_{{ name }}
            {%- endfor %},
            from_expected as apart_expected
        from moved
    ),

    spread as (
        select
            *
            {%- for name in ["expected", "previous", "last_year"] %}
                ,
                quantile_cont(apart_{{ name }}, 0.1) over (partition by family) as low_{{ name }},
                quantile_cont(apart_{{ name }}, 0.9) over (partition by family) as high_{{ name }}
            {%- endfor %}
        from centred
    ),

    dispersed as (
        select
            *
            {%- for name in ["expected", "previous", "last_year"] %}
                ,
                {{
                    overdispersion(
                        "apart_" ~ name, "low_" ~ name, "high_" ~ name, "(partition by family)"
                    )
                }} as dispersion_{{ name }}
            {%- endfor %}
        from spread
    ),

    tested as (
        select
            *
            {%- for name in ["expected", "previous", "last_year"] %}
                ,
                from_{{ name }} / sqrt(dispersion_{{ name }}) as z_{{ name }},
                {{ both_tails("z_" ~ name) }} as p_{{ name }}
            {%- endfor %}
        from dispersed
    ),

    lined as (
        select
            *
            {%- for name in ["expected", "previous", "last_year"] %}
                , {{ below_the_line("p_" ~ name, "family") }} as below_{{ name }}
            {%- endfor %}
        from tested
    ),

    told as (
        select
            *
            {%- for name in ["expected", "previous", "last_year"] %}
                ,
                case
                    when p_{{ name }} is null
                    then null
                    when not {{ is_discovery("p_" ~ name, "below_" ~ name, "family") }}
                    then 'same'
                    when z_{{ name }} > 0
                    then 'higher'
                    else 'lower'
                end as {{ name }}_differs
            {%- endfor %}
        from lined
    ),

    -- All pairs of a family: who is better beyond chance. Bonferroni's share of 5 % for each of the
    -- others, so that all of them together hold; and so among those alike.
    pairs as (
        select
            own.indicator,
            own.area,
            if(own.direction = 'lower_is_better', -1, 1)
            * {{
                distance_between(
                    "own.noise", "own.numerator", "own.whole", "other.numerator", "other.whole"
                )
            }} as ahead,
            own.alike = other.alike as is_like,
            {{ both_tails("ahead") }} as chance,
            chance * (count(*) over among) <= 0.05 as is_told,
            is_like
            and chance * (count(*) filter (where is_like) over among) <= 0.05 as is_told_alike
        from newest as own
        inner join newest as other on own.family = other.family and own.area != other.area
        where own.is_ranked and other.is_ranked
        window among as (partition by own.family, own.area)
    ),

    places as (
        select
            indicator,
            area,
            count(*) filter (where is_like) as likes,
            1 + count(*) filter (where is_told and ahead < 0) as rank_low,
            1 + count(*) - count(*) filter (where is_told and ahead > 0) as rank_high,
            1 + count(*) filter (where is_told_alike and ahead < 0) as like_low,
            1
            + count(*) filter (where is_like)
            - count(*) filter (where is_told_alike and ahead > 0) as like_high
        from pairs
        group by indicator, area
        having count(*) >= 2
    )

select
    told.indicator,
    told.area,
    told.period_kind,
    told.period_start,
    told.period,
    told.noise,
    told.value,
    told.value_low,
    told.value_high,
    told.denominator,
    told.expected,
    told.dispersion_expected as overdispersion,
    told.z_expected as distance,
    told.expected_differs as differs,
    {%- for name, normal in [("95", normal_95()), ("998", normal_998())] %}
        {%- for end, sign in [("low", "-"), ("high", "")] %}
            case
                when told.expected is null
                then null
                else
                    told.scale
                    / told.whole
                    * {{
                        count_at(
                            "(told.expected * told.whole / told.scale)",
                            "if(told.noise = 'share', told.expected / told.scale, 0)",
                            "if(told.noise = 'share', told.whole, 1e300)",
                            "(" ~ sign ~ normal ~ " * sqrt(told.dispersion_expected))",
                        )
                    }}
            end as limit_{{ end }}_{{ name }},
        {%- endfor %}
    {%- endfor %}
    told.previous_differs,
    told.last_year_differs,
    coalesce(
        if(told.compared_with = 'last_year', told.last_year_differs, told.previous_differs)
        != 'same',
        false
    ) as beyond_chance,
    places.rank_low,
    places.rank_high,
    if(places.likes >= 2, places.like_low, null) as like_rank_low,
    if(places.likes >= 2, places.like_high, null) as like_rank_high,
    told.synthetic
from told
left join places using (indicator, area)
