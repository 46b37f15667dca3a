-- Grain: kind of anomaly × data element × area × period: figures that keep their contract
-- and cannot well be right, each with its evidence. Kinds that speak of a whole delivery
-- have no area. Nothing here holds a value: an owner looks and says. Past 200 lines because
-- each kind is a few lines above and a branch of the union below, read side by side.
{{ config(meta={"kept_by": "source"}) }}
{%- set words = words_of("anomaly") %}
{%- set languages = [("en", ""), ("vi", "_vi")] %}
with
    int_observations as (
        select * from {{ ref("int_observations") }} where {{ is_changed("source") }}
    ),

    data_elements as (select * from {{ source("registry", "data_elements") }}),

    extracts as (select * from {{ source("ledger", "extracts") }} where {{ is_changed("source") }}),

    areas as (select * from {{ source("registry", "areas") }}),

    breakdowns as (select * from {{ source("registry", "breakdowns") }}),

    int_comparisons as (
        select * from {{ ref("int_comparisons") }} where {{ is_changed("source") }}
    ),

    int_indicator_values as (select * from {{ ref("int_indicator_values") }}),

    indicators as (
        select * from {{ source("registry", "indicators") }} where {{ is_changed("source") }}
    ),

    -- Numbers stand for names until the end. Keys of four bytes are sorted and grouped in half the
    -- time that texts take, and the figures of a country stay in memory.
    deliveries as (
        select extract, row_number() over (order by extract)::integer as delivery
        from int_observations
        group by extract
    ),

    kindreds as (
        select
            elements.source,
            elements.over_time,
            elements.whole,
            elements.related,
            -- Events that are counted: how far chance moves them is known (Poisson).
            elements.counted and elements.over_time = 'sum' and elements.whole is null as counts,
            coalesce(elements.jump, 12) as jump_limit,
            delivered.*,
            row_number() over ()::integer as kindred
        from (select distinct data_element, period_kind from int_observations) as delivered
        inner join data_elements as elements using (data_element)
    ),

    series as (
        select kindreds.*, delivered.area, row_number() over ()::integer as series
        from (select distinct data_element, area, period_kind from int_observations) as delivered
        inner join kindreds using (data_element, period_kind)
    ),

    observed as (
        select
            series.series,
            series.kindred,
            observations.period_start,
            observations.value,
            deliveries.delivery
        from int_observations as observations
        inner join series using (data_element, area, period_kind)
        left join deliveries using (extract)
    ),

    in_turn as (
        select
            *,
            lag(value) over figures as value_before,
            lag(period_start) over figures as found_before,
            lag(value, 2) over figures as value_earlier,
            lead(value) over figures as value_after,
            lead(period_start) over figures as found_after
        from observed
        window figures as (partition by series order by period_start)
    ),

    adjoining as (
        select
            * replace (
                if(found_before = start_before, value_before, null) as value_before,
                if(found_before = start_before, found_before, null) as found_before,
                if(start_before_next = period_start, value_after, null) as value_after
            )
        from
            (
                select
                    in_turn.*,
                    kindreds.over_time,
                    {{ period_before("kindreds.period_kind", "in_turn.period_start") }}
                    as start_before,
                    {{ period_before("kindreds.period_kind", "in_turn.found_after") }}
                    as start_before_next
                from in_turn
                inner join kindreds using (kindred)
            )
    ),

    beside as (
        select
            *,
            -- What a cumulative figure has grown is its movement; else the figure moves itself.
            case
                when over_time != 'cumulative' or year(start_before) != year(period_start)
                then value
                else {{ difference("value", "value_before") }}
            end as moving
        from adjoining
    ),

    -- Cumulative statements come on irregular days: the newest earlier one of the same year.
    falling as (
        select
            series.source,
            series.data_element,
            series.area,
            series.period_kind,
            observed.period_start,
            observed.value,
            observed.delivery,
            lag(observed.value) over year_so_far as value_before,
            lag(observed.period_start) over year_so_far as found_before
        from observed
        inner join series using (series)
        where series.over_time = 'cumulative' and observed.value is not null
        window
            year_so_far as (
                partition by observed.series, year(observed.period_start)
                order by observed.period_start
            )
    ),

    -- The same figures under another period. Stocks stand still; small numbers meet by chance,
    -- so six different values in eight cells are asked, that half of all agree, and that they
    -- do not between other periods of the data element (a plan, a capacity).
    last_seen as (
        select
            observed.*,
            lag(value) over figures as value_before,
            lag(period_start) over figures as found_before
        from observed
        inner join kindreds using (kindred)
        where over_time not in ('last', 'first') and value != 0
        window figures as (partition by series order by period_start)
    ),

    repeated as (
        select
            kindred,
            period_start,
            max(found_before) as found_before,
            max(delivery) as delivery,
            count(*) as comparable,
            count(*) filter (where value = value_before) as identical
        from last_seen
        where value_before is not null
        group by all
    ),

    repeated_values as (
        select kindred, period_start, count(distinct value) as different
        from last_seen
        where value = value_before
        group by all
    ),

    resent as (
        select
            *,
            sum(identical / comparable) over element - identical / comparable as elsewhere,
            count(*) over element - 1 as other_periods
        from repeated
        inner join kindreds using (kindred)
        left join repeated_values using (kindred, period_start)
        window element as (partition by kindred)
        qualify
            identical >= 8
            and different >= 6
            and identical >= comparable / 2
            and elsewhere <= 0.02 * other_periods
    ),

    figures as (select source, count(*) as columns from data_elements group by source),

    same_bytes as (
        select
            one.source,
            one.extract,
            one.period_kind,
            one.period_start,
            one.file,
            other.period_start as found_before,
            other.file as other_file
        from extracts as one
        inner join
            extracts as other
            on one.source = other.source
            and one.sha256 = other.sha256
            and one.period_start > other.period_start
        inner join figures on one.source = figures.source
        where
            one.standing = 'in_force'
            and other.standing = 'in_force'
            and one.rows * figures.columns >= 6
        qualify row_number() over (partition by one.extract order by other.period_start desc) = 1
    ),

    -- Movement against the series' own: the modified z-score (Iglewicz and Hoaglin 1993). What
    -- all areas did in the period, or the same area in the same season, is usual.
    stepped as (
        select
            *,
            {{ finite("ln(moving / lag(moving) over figures)") }} as step,
            lag(moving) over figures as moved_from
        from beside
        where moving > 0
        window figures as (partition by series order by period_start)
    ),

    moved as (
        select
            stepped.*,
            step - if(count(step) over peers >= 8, median(step) over peers, 0) as movement
        from stepped
        window peers as (partition by kindred, period_start)
    ),

    -- Windows and no groups: what DuckDB gathers of a group for its median it keeps many times over
    -- where the rows of many groups come mixed.
    centred as (
        select *, count(movement) over figures as movements, median(movement) over figures as centre
        from moved
        window figures as (partition by series)
    ),

    spread_out as (
        select *, median(abs(movement - centre)) over (partition by series) as spread
        from centred
        where movements >= 8
    ),

    size as (
        select series, median(abs(value)) as centre, count(*) as figures
        from observed
        where value != 0
        group by series
        having count(*) >= 3
    ),

    slips as (
        select
            observed.*,
            size.centre,
            size.figures,
            log10(abs(observed.value) / size.centre) as magnitude
        from observed
        inner join size using (series)
        where
            observed.value != 0
            and (abs(magnitude) between 2.7 and 3.3 or abs(magnitude) between 5.7 and 6.3)
    ),

    slipped as (
        select series.data_element, series.area, slips.period_start
        from slips
        inner join series using (series)
    ),

    jumps as (
        select moved.*, 0.6745 * abs(moved.movement - moved.centre) / moved.spread as z
        from spread_out as moved
        inner join kindreds using (kindred)
        where
            moved.spread > 1e-12  -- of logarithms: what is less is none
            and z > kindreds.jump_limit
            and least(abs(moved.movement), abs(moved.step)) > ln(1.5)
            -- A cumulative figure begins anew each year, and slows down when all is spent.
            and (
                moved.over_time != 'cumulative'
                or (moved.step > 0 and year(moved.start_before) = year(moved.period_start))
            )
            -- Small counts move by chance: five standard deviations of a Poisson count.
            and (
                {{ settled("moved.moving") }} != round(moved.moving)
                or abs(moved.moving - moved.moved_from)
                > 5 * sqrt(greatest(moved.moving, moved.moved_from))
            )
    ),

    -- Jumps that undo the one before: back to within half again of where that one began, months
    -- later
    -- or at once. They end a matter that has been asked about; one after such a return begins
    -- another.
    turned as (
        select
            *,
            coalesce(
                lag(step) over turns * step < 0
                and moving > 0
                and lag(moved_from) over turns > 0
                and abs(ln(moving / lag(moved_from) over turns)) <= ln(1.5),
                false
            ) as turns_back
        from jumps
        window turns as (partition by series order by period_start)
    ),

    -- Back and forth and back: every other one of a row of them is a return.
    in_rows as (
        select *, count(*) filter (where not turns_back) over so_far as turns
        from turned
        window so_far as (partition by series order by period_start rows unbounded preceding)
    ),

    returns as (
        select series, period_start
        from in_rows
        qualify row_number() over (partition by series, turns order by period_start) % 2 = 0
    ),

    -- Jumps that are the season's: the same day of another year saw at least half of it.
    seasonal as (
        select distinct one.series, one.period_start
        from jumps as one
        inner join
            moved as other
            on one.series = other.series
            and strftime(one.period_start, '%m-%d') = strftime(other.period_start, '%m-%d')
            and one.period_start != other.period_start
        where other.step / nullif(one.step, 0) >= 0.5
    ),

    -- A digit too many, or too few, for one period and back: neighbours agree with each other and
    -- not with it. In a sum over areas it may not show. Nobody knows yet whether the newest figure
    -- passes: its neighbours are the two before, and its area must have moved so, not all areas.
    digits as (
        select *
        from
            (
                select *, if(found_after is null, value_earlier, value_after) as value_beyond
                from moved
            )
        where
            over_time != 'cumulative'
            and value > 0
            and greatest(value_before, value_beyond) <= 2 * least(value_before, value_beyond)
            and (
                value >= 8 * greatest(value_before, value_beyond)
                or value * 8 <= least(value_before, value_beyond)
            )
            and (found_after is not null or abs(movement) >= ln(8))
            and (
                abs(value - (value_before + value_beyond) / 2)
                > 5 * sqrt(greatest(value, value_before, value_beyond))
                -- Of few, a chance below one in a thousand: roots of Poisson counts deviate by a
                -- half, that of the mean of two by a half over √2 (Anscombe 1948).
                or (
                    least(value_before, value_beyond) > 0
                    and {{ settled("value") }} = round(value)
                    and {{ settled("value_before") }} = round(value_before)
                    and {{ settled("value_beyond") }} = round(value_beyond)
                    and 2
                    * abs(sqrt(value + 0.375) - sqrt((value_before + value_beyond) / 2 + 0.375))
                    > 3.29 * sqrt(1.5)
                )
            )
        qualify count(*) over (partition by series, strftime(period_start, '%m-%d')) = 1
    ),

    passing_digits as (select digits.* from digits anti join slips using (series, period_start)),

    -- One figure for longer than chance allows: how often neighbours agree in the other areas, or
    -- of Poisson counts (1 / (2 √(π λ))), to the power of the repetitions, times the runs there
    -- are.
    runs as (
        select
            series,
            kindred,
            value,
            min(period_start) as found_before,
            max(period_start) as period_start,
            arg_max(delivery, period_start) as delivery,
            count(*) as figures
        from
            (
                select
                    *,
                    count(*) filter (where value is distinct from value_before) over (
                        partition by series order by period_start
                    ) as run
                from adjoining
                where over_time not in ('last', 'first', 'cumulative') and value is not null
            )
        group by series, kindred, run, value
    ),

    carried_forward as (
        select
            *,
            greatest(
                (repetitions - own_repetitions + 1) / (pairs - own_pairs + 2),
                1 / (2 * sqrt(pi() * greatest(abs(value), 1)))
            ) as agreeing
        from
            (
                select
                    *,
                    sum(figures - 1) over (partition by kindred) as repetitions,
                    sum(figures) over (partition by kindred) as pairs,
                    sum(figures - 1) over (partition by series) as own_repetitions,
                    sum(figures) over (partition by series) as own_pairs,
                    count(*) over (partition by kindred) as runs
                from runs
            )
        where figures >= 4 and value != 0 and runs * pow(agreeing, figures - 1) < 0.05
    ),

    -- Year to date in an element of flows: through a year no figure falls, and a new year begins
    -- below half of what the last one ended with. Five rises in a row are a chance of 1 in 720, so
    -- half of the areas must do so; nine are 1 in 3,628,800, so one area is enough.
    by_year as (
        select
            series,
            year(period_start) as year,
            count(*) filter (where {{ settled("value") }} > {{ settled("value_before") }}) as rises,
            count(*) filter (where {{ settled("value") }} < {{ settled("value_before") }}) as falls,
            count(value) as figures,
            arg_min(value, period_start) as first_value,
            arg_max(value, period_start) as last_value,
            max(period_start) as period_start,
            arg_max(delivery, period_start) as delivery
        from
            (
                select
                    beside.* replace (
                        if(
                            year(found_before) = year(period_start), value_before, null
                        ) as value_before
                    )
                from beside
                inner join kindreds using (kindred)
                where
                    kindreds.over_time not in ('cumulative', 'last', 'first')
                    and kindreds.whole is null
                    and kindreds.period_kind = 'month'
                    and value is not null
            )
        group by series, year(period_start)
    ),

    climbing as (
        select
            *,
            coalesce(
                rises >= 5
                and falls = 0
                and (next_first < last_value / 2 or first_value < former_last / 2),
                false
            ) as climbs
        from
            (
                select
                    *,
                    lead(first_value) over years as next_first,
                    lag(last_value) over years as former_last
                from by_year
                window years as (partition by series order by year)
            )
        where figures >= 6
    ),

    to_date as (
        select
            *,
            count(*) filter (where climbs) over peers as climbing_areas,
            count(*) over peers as areas
        from climbing
        inner join series using (series)
        window peers as (partition by kindred, year)
    ),

    -- Of all areas in one row, or of each that is alone with it; the newest year of each.
    looking_cumulative as (
        select *, climbing_areas * 2 >= areas as of_all
        from to_date
        where climbs and (climbing_areas * 2 >= areas or rises >= 9)
        qualify
            row_number() over (
                partition by data_element, if(of_all, null, area) order by year desc, area
            )
            = 1
    ),

    -- One figure in every area of a kind: what is the whole province's, or filled in downwards.
    -- Equal by chance is what has few digits in few areas, and by its nature what is equal in other
    -- periods too (a plan, a rate).
    alike as (
        select
            observed.kindred,
            areas.kind,
            observed.period_start,
            max(observed.delivery) as delivery,
            any_value(observed.value) as value,
            count(*) as areas,
            {{ settled("min(observed.value)") }} = {{ settled("max(observed.value)") }} as same,
            len(
                ltrim(
                    rtrim(replace(printf('%.6f', abs(any_value(observed.value))), '.', ''), '0'),
                    '0'
                )
            ) as digits
        from observed
        inner join series using (series)
        inner join areas using (area)
        where observed.value is not null and series.whole is null
        group by observed.kindred, areas.kind, observed.period_start
    ),

    same_everywhere as (
        select
            *,
            count(*) filter (where same) over element - same::integer as elsewhere,
            count(*) over element - 1 as other_periods
        from alike
        inner join kindreds using (kindred)
        where areas > 1
        window element as (partition by kindred, kind)
        qualify
            same
            and value != 0
            and ((digits >= 2 and digits * (areas - 1) >= 4) or areas >= 20)
            and elsewhere <= 0.02 * other_periods
    ),

    -- Heaping: of counts of a hundred and more one in five ends in 0 or 5. How often chance gives
    -- so many is at most exp(−n × relative entropy) (Chernoff 1952), whatever n is.
    endings as (
        select
            kindred,
            count(*) as figures,
            count(*) filter (where value % 5 = 0) as round_figures,
            max(period_start) as period_start,
            arg_max(delivery, period_start) as delivery
        from (select *, max(period_start) over (partition by kindred) as newest from observed)
        inner join kindreds using (kindred)
        where
            over_time = 'sum'
            and whole is null
            and value >= 100
            and value = round(value)
            and period_start > newest - interval 1 year
        group by kindred
        having count(*) >= 30
    ),

    by_chance as (
        select *, if(share <= 0.2, 1, {{ chance_of("figures", "share", "0.2") }}) as chance
        from (select *, round_figures / figures as share from endings)
        inner join kindreds using (kindred)
    ),

    -- Too smooth for counts: of two that belong to one rate the square of their difference ÷ their
    -- sum is a χ² of one degree of freedom; whatever else moves them makes it larger. Sheppard's
    -- correction (1898) for whole figures, the lower tail bounded as Chernoff (1952) does, and only
    -- where three quarters of the areas move as counts do, which a plan or a quota does not.
    smooth as (
        select
            series,
            any_value(kindred) as kindred,
            count(*) as pairs,
            avg((pow(value - value_before, 2) + 1 / 3) / (value + value_before)) as dispersion,
            max(period_start) as period_start,
            arg_max(delivery, period_start) as delivery
        from adjoining
        inner join kindreds using (kindred)
        where
            counts
            and value + value_before >= 40
            and value = round(value)
            and value_before = round(value_before)
            -- Each figure belongs to one pair.
            and case
                period_kind
                when 'month'
                then month(period_start) % 2 = 0
                when 'quarter'
                then quarter(period_start) % 2 = 0
                when 'half_year'
                then month(period_start) > 6
                when 'year'
                then year(period_start) % 2 = 0
            end
        group by series
        having count(*) >= 6
    ),

    too_smooth as (
        select
            *, if(dispersion < 1, exp(- pairs / 2 * (dispersion - 1 - ln(dispersion))), 1) as chance
        from smooth
        qualify
            count(*) over (partition by kindred) >= 8
            and quantile_cont(dispersion, 0.25) over (partition by kindred) >= 0.5
    ),

    -- One figure in many areas and not in all: no Poisson count takes one value more often than
    -- 1 ÷ √(2 π value), and a plan is known by how its areas agree in the other periods.
    shared as (
        select
            observed.kindred,
            areas.kind,
            observed.period_start,
            observed.value,
            max(observed.delivery) as delivery,
            count(*) as sharing
        from
            (
                select *, max(period_start) over (partition by kindred) as newest from observed
            ) as observed
        inner join series using (series)
        inner join areas using (area)
        where
            series.counts
            and observed.value = round(observed.value)
            and observed.period_start > newest - interval 1 year
        group by observed.kindred, areas.kind, observed.period_start, observed.value
    ),

    agreeing as (
        select
            kindred,
            kind,
            period_start,
            max(delivery) as delivery,
            arg_max(value, (sharing, value)) filter (where value > 0) as value,
            max(sharing) filter (where value > 0) as sharing,
            sum(sharing) as areas,
            sum(sharing * (sharing - 1)) as agreeing,
            sum(sum(sharing * (sharing - 1))) over element as all_agreeing,
            sum(sum(sharing) * (sum(sharing) - 1)) over element as all_pairs
        from shared
        group by kindred, kind, period_start
        window element as (partition by kindred, kind)
    ),

    same_in_many as (
        select
            *,
            row_number() over (order by kindred, kind, period_start) as place,
            least(
                areas * {{ chance_of("areas - 1", "(sharing - 1) / (areas - 1)", "usual") }}, 1
            ) as chance
        from
            (
                select
                    *,
                    greatest(
                        1 / sqrt(2 * pi() * greatest(value, 1)),
                        (all_agreeing - agreeing + 1) / (all_pairs - areas * (areas - 1) + 2)
                    ) as usual
                from agreeing
                where areas >= 8 and sharing between 4 and areas - 1
            )
        where (sharing - 1) / (areas - 1) > usual and usual < 1
    ),

    -- Consistency over time and between related elements, as the desk review of WHO's Data Quality
    -- Review counts them (2017): a third away from what all areas together are to their three
    -- former
    -- years, or to the related element; of counts also further than chance takes them.
    whole_years as (
        select
            series,
            kindred,
            year(period_start) as year,
            sum(value) as total,
            max(period_start) as period_start,
            arg_max(delivery, period_start) as delivery
        from observed
        inner join kindreds using (kindred)
        where counts and value = round(value)
        group by series, kindred, period_kind, year(period_start)
        having
            count(*) = case
                period_kind
                when 'month'
                then 12
                when 'quarter'
                then 4
                when 'half_year'
                then 2
                when 'year'
                then 1
            end
    ),

    former_years as (
        select *, sum(total) over former as beside, count(*) over former as years
        from whole_years
        window
            former as (partition by series order by year range between 3 preceding and 1 preceding)
        qualify years = 3 and year = max(year) over (partition by kindred)
    ),

    -- In two steps: joined at once, every area met every other one of its year first.
    with_related as materialized(
        select whole_years.*, related.series as other
        from whole_years
        inner join series using (series)
        inner join
            series as related
            on series.related = related.data_element
            and series.area = related.area
            and series.period_kind = related.period_kind
    ),

    related_sums as (
        select
            one.series,
            one.kindred,
            one.total,
            other.total as beside,
            one.period_start,
            one.delivery
        from with_related as one
        inner join whole_years as other on one.other = other.series and one.year = other.year
        qualify one.year = max(one.year) over (partition by one.kindred)
    ),

    {%- for kind, sums, times in [
        ("off_former_years", "former_years", 3),
        ("off_related", "related_sums", 1),
    ] %}
        {{ kind }} as (
            select
                *,
                {{ times }} * total / beside as ratio,
                {{ times }} * usual as usual_ratio,
                least(
                    2 * greatest(
                        {%- for middle in ["usual", "median_ratio"] %}
                            {{
                                chance_of(
                                    "total + beside",
                                    "total / (total + beside)",
                                    middle ~ " / (1 + " ~ middle ~ ")",
                                )
                            }}{{ "," if not loop.last }}
                        {%- endfor %}
                    ),
                    1
                ) as chance
            from
                (
                    select
                        sums.*,
                        -- Of few areas: as many as in the former years.
                        if(
                            count(*) over peers >= 8 or '{{ kind }}' = 'off_related',
                            sum(total) over peers / nullif(sum(beside) over peers, 0),
                            1 / {{ times }}
                        ) as usual,
                        -- Areas that are far off themselves move the sum of all, and half of them
                        -- do not move the median: from both it has to be far.
                        if(
                            count(*) over peers >= 8,
                            median(total / nullif(beside, 0)) over peers,
                            usual
                        ) as median_ratio
                    from {{ sums }} as sums
                    inner join series using (series)
                    inner join areas using (area)
                    window peers as (partition by sums.kindred, areas.kind)
                )
            where
                beside > 0
                and usual > 0
                and median_ratio > 0
                and abs(total / beside / usual - 1) > 0.33
                and abs(total / beside / median_ratio - 1) > 0.33
        ),

    {%- endfor %}
    -- Which questions are asked: of one kind the share of false ones among those about a source is
    -- held at 5 % (Benjamini and Hochberg 1995). What was tested and is no matter counts among
    -- them.
    tested as (
        select 'heaped' as kind, kindred, kindred::bigint as subject, chance
        from by_chance
        union all
        select 'too_smooth', kindred, series, chance
        from too_smooth
        union all
        select 'same_in_many', kindred, place, chance
        from same_in_many
        union all
        select 'off_former_years', kindred, series, chance
        from off_former_years
        union all
        select 'off_related', kindred, series, chance
        from off_related
    ),

    families as (
        select 'same_in_many' as kind, source, count(*) as tests
        from agreeing
        inner join kindreds using (kindred)
        where areas >= 8
        group by source
        union all
        select 'off_former_years', source, count(*)
        from former_years
        inner join kindreds using (kindred)
        group by source
        union all
        select 'off_related', source, count(*)
        from related_sums
        inner join kindreds using (kindred)
        group by source
    ),

    asked as (
        select kind, subject
        from
            (
                select
                    *,
                    max(if(chance <= 0.05 * place / tests, place, 0)) over (
                        partition by kind, source
                    ) as places_asked
                from
                    (
                        select
                            tested.*,
                            kindreds.source,
                            row_number() over family as place,
                            coalesce(
                                families.tests,
                                count(*) over (partition by tested.kind, kindreds.source)
                            ) as tests
                        from tested
                        inner join kindreds using (kindred)
                        left join
                            families
                            on tested.kind = families.kind
                            and kindreds.source = families.source
                        window
                            family as (
                                partition by tested.kind, kindreds.source order by chance, subject
                            )
                    )
            )
        where place <= places_asked
    ),

    heaped as (
        select by_chance.*
        from by_chance
        inner join asked on asked.kind = 'heaped' and asked.subject = by_chance.kindred
    ),

    broken_down as (
        select
            breakdowns.data_element,
            breakdowns.breakdown,
            observations.period_kind,
            observations.period_start,
            any_value(observations.source) as source,
            max(observations.extract) as extract,
            count(distinct observations.area) filter (where part.value is null) as areas_missing,
            count(distinct observations.area) as areas
        from breakdowns
        inner join
            data_elements as categories
            on breakdowns.data_element = categories.whole
            and breakdowns.breakdown = categories.breakdown
        inner join
            int_observations as observations
            on breakdowns.data_element = observations.data_element
            and observations.value is not null
            and observations.period_start
            >= coalesce(breakdowns.expected_from, observations.period_start)
        left join
            int_observations as part
            on categories.data_element = part.data_element
            and observations.area = part.area
            and observations.period_kind = part.period_kind
            and observations.period_start = part.period_start
        where coalesce(part.absence, 'missing') = 'missing'
        group by all
        having areas_missing > 0
    ),

    reproducing as (
        select *
        from int_indicator_values
        where
            of_its_time
            and indicator in (select indicator from indicators where reproduces is not null)
    ),

    reproduced as (
        select *
        from int_indicator_values
        where of_its_time and indicator in (select reproduces from indicators)
    )

select
    'falling_cumulative' as anomaly,
    source,
    data_element,
    area,
    period_kind,
    period_start,
    value,
    value_before as compared_value,
    found_before as compared_period_start,
    extract,
    {%- for language, suffix in languages %}
        {{
            say(
                words,
                language,
                "anomaly.falling_cumulative",
                {"before": figure("value_before", language), "value": figure("value", language)},
            )
        }} as evidence{{ suffix }}{{ "," if not loop.last }}
    {%- endfor %}
from falling
left join deliveries using (delivery)
where {{ settled("value") }} < {{ settled("value_before") }}
union all
select
    'looks_cumulative',
    source,
    data_element,
    if(of_all, null, area),
    'month',
    period_start,
    last_value,
    first_value,
    date_trunc('year', period_start)::date,
    extract,
    {%- for language, suffix in languages %}
        {{
            say(
                words,
                language,
                "anomaly.looks_cumulative",
                {
                    "first": figure("first_value", language),
                    "last": figure("last_value", language),
                    "year": "year",
                    "climbing": "climbing_areas",
                    "areas": "areas",
                },
            )
        }} as evidence{{ suffix }}{{ "," if not loop.last }}
    {%- endfor %}
from looking_cumulative
left join deliveries using (delivery)
union all
select
    'same_everywhere',
    source,
    data_element,
    null,
    period_kind,
    period_start,
    value,
    null,
    null,
    extract,
    {%- for language, suffix in languages %}
        {{
            say(
                words,
                language,
                "anomaly.same_everywhere",
                {"value": figure("value", language), "areas": "areas"},
            )
        }} as evidence{{ suffix }}{{ "," if not loop.last }}
    {%- endfor %}
from same_everywhere
left join deliveries using (delivery)
union all
select
    'resent',
    source,
    data_element,
    null,
    period_kind,
    period_start,
    null,
    null,
    found_before,
    extract,
    {%- for language, suffix in languages %}
        {{
            say(
                words,
                language,
                "anomaly.resent",
                {
                    "identical": thousands("identical", language),
                    "comparable": thousands("comparable", language),
                    "period": period_said(period_label("period_kind", "found_before"), language),
                },
            )
        }} as evidence{{ suffix }}{{ "," if not loop.last }}
    {%- endfor %}
from resent
left join deliveries using (delivery)
union all
select
    'resent',
    source,
    null,
    null,
    period_kind,
    period_start,
    null,
    null,
    found_before,
    extract,
    {%- for language, suffix in languages %}
        {{ say(words, language, "anomaly.same_bytes", {"file": "file", "other": "other_file"}) }}
        as evidence{{ suffix }}{{ "," if not loop.last }}
    {%- endfor %}
from same_bytes
union all
select
    'unit_slip',
    source,
    data_element,
    area,
    period_kind,
    period_start,
    value,
    centre,
    null,
    extract,
    {%- for language, suffix in languages %}
        {{
            say(
                words,
                language,
                "anomaly.unit_slip",
                {
                    "value": figure("value", language),
                    "times": figure("value / centre", language),
                    "figures": thousands("figures", language),
                    "median": figure("centre", language),
                },
            )
        }} as evidence{{ suffix }}{{ "," if not loop.last }}
    {%- endfor %}
from slips
inner join series using (series)
left join deliveries using (delivery)
union all
select
    'unit_slip',
    compared.source,
    compared.data_element,
    compared.area,
    compared.period_kind,
    compared.period_start,
    compared.value,
    compared.compared_value,
    null,
    compared.compared_extract,
    {%- for language, suffix in languages %}
        {{
            say(
                words,
                language,
                "anomaly.unit_slip_elsewhere",
                {
                    "source": "compared.compared_source",
                    "value": figure("compared.compared_value", language),
                    "times": figure("compared.compared_value / compared.value", language),
                },
            )
        }} as evidence{{ suffix }}{{ "," if not loop.last }}
    {%- endfor %}
from int_comparisons as compared
where
    compared.verdict = 'contradiction'
    and compared.compared_value / nullif(compared.value, 0) > 0
    and abs(log10(compared.compared_value / nullif(compared.value, 0))) between 2.99 and 3.01
union all
select
    'jump',
    series.source,
    series.data_element,
    series.area,
    series.period_kind,
    jumps.period_start,
    jumps.value,
    jumps.value_before,
    jumps.found_before,
    deliveries.extract,
    {%- for language, suffix in languages %}
        {{
            say(
                words,
                language,
                "anomaly.jump",
                {
                    "value": figure("jumps.moving", language),
                    "before": figure("jumps.moved_from", language),
                    "times": "round(jumps.z)",
                },
            )
        }} as evidence{{ suffix }}{{ "," if not loop.last }}
    {%- endfor %}
from jumps
inner join series using (series)
left join deliveries using (delivery)
left join slips as own on jumps.series = own.series and jumps.period_start = own.period_start
left join seasonal on jumps.series = seasonal.series and jumps.period_start = seasonal.period_start
left join returns on jumps.series = returns.series and jumps.period_start = returns.period_start
left join
    slipped as earlier
    on series.data_element = earlier.data_element
    and series.area = earlier.area
    and jumps.found_before = earlier.period_start
left join
    passing_digits as passing
    on jumps.series = passing.series
    and passing.period_start in (jumps.period_start, jumps.found_before)
where
    own.series is null
    and earlier.area is null
    and seasonal.series is null
    and returns.series is null
    and passing.series is null
union all
select
    'passing_digit',
    series.source,
    series.data_element,
    series.area,
    series.period_kind,
    digits.period_start,
    digits.value,
    digits.value_before,
    digits.found_before,
    extract,
    {%- for language, suffix in languages %}
        {{
            say(
                words,
                language,
                "anomaly.passing_digit",
                {
                    "before": figure(
                        "if(digits.found_after is null, digits.value_earlier, digits.value_before)",
                        language,
                    ),
                    "value": figure(
                        "if(digits.found_after is null, digits.value_before, digits.value)",
                        language,
                    ),
                    "after": figure("coalesce(digits.value_after, digits.value)", language),
                },
            )
        }} as evidence{{ suffix }}{{ "," if not loop.last }}
    {%- endfor %}
from passing_digits as digits
inner join series using (series)
left join deliveries using (delivery)
union all
select
    'carried_forward',
    series.source,
    series.data_element,
    series.area,
    series.period_kind,
    carried_forward.period_start,
    carried_forward.value,
    carried_forward.value,
    carried_forward.found_before,
    extract,
    {%- for language, suffix in languages %}
        {{
            say(
                words,
                language,
                "anomaly.carried_forward",
                {
                    "value": figure("carried_forward.value", language),
                    "figures": "figures",
                    "period": period_said(
                        period_label("series.period_kind", "carried_forward.found_before"),
                        language,
                    ),
                },
            )
        }} as evidence{{ suffix }}{{ "," if not loop.last }}
    {%- endfor %}
from carried_forward
inner join series using (series)
left join deliveries using (delivery)
union all
select
    'heaped',
    source,
    data_element,
    null,
    period_kind,
    period_start,
    null,
    null,
    null,
    extract,
    {%- for language, suffix in languages %}
        {{
            say(
                words,
                language,
                "anomaly.heaped",
                {
                    "round": thousands("round_figures", language),
                    "figures": thousands("heaped.figures", language),
                },
            )
        }} as evidence{{ suffix }}{{ "," if not loop.last }}
    {%- endfor %}
from heaped
left join deliveries using (delivery)
union all
select
    'too_smooth',
    series.source,
    series.data_element,
    series.area,
    series.period_kind,
    too_smooth.period_start,
    null,
    null,
    null,
    extract,
    {%- for language, suffix in languages %}
        {{
            say(
                words,
                language,
                "anomaly.too_smooth",
                {"pairs": "pairs", "share": "round(100 * dispersion)::integer"},
            )
        }} as evidence{{ suffix }}{{ "," if not loop.last }}
    {%- endfor %}
from too_smooth
inner join asked on asked.kind = 'too_smooth' and asked.subject = too_smooth.series
inner join series using (series)
left join deliveries using (delivery)
union all
select
    'same_in_many',
    source,
    data_element,
    null,
    period_kind,
    same_in_many.period_start,
    same_in_many.value,
    null,
    null,
    extract,
    {%- for language, suffix in languages %}
        {{
            say(
                words,
                language,
                "anomaly.same_in_many",
                {
                    "value": figure("same_in_many.value", language),
                    "sharing": "sharing",
                    "areas": "areas",
                },
            )
        }} as evidence{{ suffix }}{{ "," if not loop.last }}
    {%- endfor %}
from same_in_many
inner join asked on asked.kind = 'same_in_many' and asked.subject = same_in_many.place
inner join kindreds using (kindred)
left join deliveries using (delivery)
{%- for kind in ["off_former_years", "off_related"] %}
    union all
    select
        '{{ kind }}',
        series.source,
        series.data_element,
        series.area,
        series.period_kind,
        {{ kind }}.period_start,
        {{ kind }}.total,
        {{ kind }}.beside,
        null,
        extract,
        {%- for language, suffix in languages %}
            {%- set told = {
                "ratio": figure("round(ratio, 2)", language),
                "usual": figure("round(usual_ratio, 2)", language),
                "related": "related.name_" ~ language,
            } %}
            {{
                (
                    say(words, language, "anomaly.off_related", told)
                    if kind == "off_related"
                    else say(words, language, "anomaly.off_former_years", told)
                )
            }} as evidence{{ suffix }}{{ "," if not loop.last }}
        {%- endfor %}
    from {{ kind }}
    inner join asked on asked.kind = '{{ kind }}' and asked.subject = {{ kind }}.series
    inner join series on {{ kind }}.series = series.series
    left join data_elements as related on series.related = related.data_element
    left join deliveries using (delivery)
{%- endfor %}
union all
select
    'missing_breakdown',
    source,
    data_element,
    null,
    period_kind,
    period_start,
    null,
    null,
    null,
    extract,
    {%- for language, suffix in languages %}
        {{
            say(
                words,
                language,
                "anomaly.missing_breakdown",
                {"breakdown": "breakdown", "areas": "areas_missing"},
            )
        }} as evidence{{ suffix }}{{ "," if not loop.last }}
    {%- endfor %}
from broken_down
union all
select
    'unproven_zero',
    source,
    data_element,
    area,
    period_kind,
    period_start,
    delivered_value,
    null,
    null,
    extract,
    {%- for language, suffix in languages %}
        {{ say(words, language, "anomaly.unproven_zero") }}
        as evidence{{ suffix }}{{ "," if not loop.last }}
    {%- endfor %}
from int_observations
where unproven_zero
union all
select
    'not_reproduced',
    definitions.source,
    null,
    own.area,
    own.period_kind,
    own.period_start,
    published.value,
    own.value,
    null,
    null,
    {%- for language, suffix in languages %}
        {{
            say(
                words,
                language,
                "anomaly.not_reproduced",
                {
                    "indicator": "definitions.reproduces",
                    "published": figure("published.value", language),
                    "value": figure("own.value", language),
                    "own": "own.indicator",
                },
            )
        }} as evidence{{ suffix }}{{ "," if not loop.last }}
    {%- endfor %}
from reproducing as own
inner join indicators as definitions using (indicator, version)
inner join
    reproduced as published
    on definitions.reproduces = published.indicator
    and own.area = published.area
    and own.period_start = published.period_start
where
    {{
        are_apart(
            "own.value",
            "published.value",
            "greatest(definitions.reproduces_absolute, definitions.reproduces_relative * abs(published.value))",
        )
    }}
