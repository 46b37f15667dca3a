-- Grain: level × subject × measure × period: how well a source delivers, and whoever stands above
-- it, by the days on which its deliveries were due (of irregular ones, on which they came).
-- Every level is computed from the deliveries themselves, never from figures of a level below.
-- Past 200 lines because all measures are one table: a node for each would cost more than it.
with
    deliveries as (select * from {{ ref("deliveries") }}),

    sources as (select * from {{ ref("sources") }}),

    data_elements as (select * from {{ ref("data_elements") }}),

    int_cell_quality as (select * from {{ ref("int_cell_quality") }}),

    observation_revisions as (select * from {{ ref("observation_revisions") }}),

    comparisons as (select * from {{ ref("comparisons") }}),

    indicators as (select * from {{ ref("indicators") }}),

    sign_offs as (select * from {{ ref("sign_offs") }}),

    anomalies as (select * from {{ ref("anomalies") }}),

    corrections as (select * from {{ ref("corrections") }}),

    warnings as (select * from {{ ref("warnings") }}),

    int_failed_checks as (select * from {{ ref("int_failed_checks") }}),

    contract_checks as (select * from {{ source("registry", "contract_checks") }}),

    declared_indicators as (select * from {{ source("registry", "indicators") }}),

    composite_components as (select * from {{ source("registry", "composite_components") }}),

    answers as (select * from {{ source("registry", "answers") }}),

    extracts as (select * from {{ source("ledger", "extracts") }}),

    problems as (select * from {{ source("ledger", "problems") }}),

    areas as (select * from {{ source("registry", "areas") }}),

    last as (
        select source, period_start, max(received_on) as final_on
        from extracts
        where standing = 'in_force'
        group by all
    ),

    came as (
        select
            deliveries.*,
            last.final_on,
            date_trunc('quarter', coalesce(due_date, received_on))::date as quarter,
            {{ period_end_of("period_kind", "period_start") }} as period_end,
            -- Nobody was late before there was a ledger, nor with what a source brought of
            -- former periods on its first day.
            coalesce(due_date, received_on) < min(received_on) over ()
            or (
                received_on = min(received_on) over (partition by source)
                and period_start < max(period_start) over (partition by source, received_on)
            ) as is_history
        from deliveries
        left join last using (source, period_start)
        where state <> 'not_yet_due' and coalesce(due_date, received_on) is not null
    ),

    -- Areas of which an element tells in a period: those of today, and of kinds that have ended
    -- only for the periods in which they stood; an element of both tells of the former ones then.
    kinds as (
        select
            kind,
            count(*) filter (where valid_to is null) as standing,
            count(*) as ever,
            max(valid_to) as ended
        from areas
        group by kind
    ),

    told_of as (
        select data_element, source, unnest(string_split(area_kinds, ', ')) as kind,
        from data_elements
    ),

    expected as (
        select source, period_start, sum(cells) as cells_expected
        from
            (
                select
                    came.source,
                    came.period_start,
                    case
                        when kinds.standing = 0
                        then if(came.period_start <= kinds.ended, kinds.ever, 0)
                        when
                            came.period_start
                            <= max(kinds.ended) filter (where kinds.standing = 0) over (
                                partition by data_element, came.period_start
                            )
                        then 0
                        else kinds.standing
                    end as cells
                from came
                inner join told_of using (source)
                inner join kinds using (kind)
                where came.due_date is not null
            )
        group by all
    ),

    told as (
        select source, period_start, whole::bigint as cells, part::bigint as cells_held
        from int_cell_quality
        where measure = 'cells_held'
    ),

    revised as (
        select
            source,
            period_start,
            count(distinct(data_element, area)) as cells_revised,
            list(abs(new_value - old_value) / abs(new_value)) filter (
                where new_value <> 0 and old_value is not null
            ) as sizes
        from observation_revisions
        group by all
    ),

    -- A cell that was missing, or taken back, begins anew with its next figure.
    moves as (
        select *
        from observation_revisions
        where turn is not null
        qualify
            turn > coalesce(
                max(turn) filter (where old_value is null or new_value is null) over (
                    partition by data_element, area, period_kind, period_start
                ),
                0
            )
    ),

    -- What later deliveries made of each cell: its first figure (0), the next one (1), the latest.
    vintages as (
        select
            source,
            period_start,
            arg_min(old_value, turn) as first_value,
            arg_min(new_value, turn) as next_value,
            arg_max(new_value, turn) as last_value,
            arg_min(old_extract, turn) as first_extract,
            list({'old_value':old_value, 'revised_on':revised_on}) as steps
        from moves
        group by source, data_element, area, period_kind, period_start
    ),

    failed as (
        select source, period_start, count(*) as checks_failed from int_failed_checks group by all
    ),

    -- What refused extracts break, by where it is found out: in a value, in whom and when its row
    -- speaks of, in a sum over rows, or in the file as a whole.
    wrong as (
        select
            extracts.source,
            extracts.period_start,
            count(*) filter (
                where rule in ('bounds', 'cell', 'dated cell', 'personal', 'type')
            ) as problems_of_values,
            count(*) filter (
                where rule in ('area', 'key', 'mandate', 'row_period')
            ) as problems_of_rows,
            count(*) filter (where rule = 'total') as problems_of_sums,
            count(*) - problems_of_values - problems_of_rows - problems_of_sums as problems_of_files
        from problems
        inner join extracts using (extract)
        where extracts.standing in ('refused', 'contested', 'incomplete')
        group by all
    ),

    weighed as (
        select *
        from came
        left join wrong using (source, period_start)
        left join told using (source, period_start)
        left join expected using (source, period_start)
        left join revised using (source, period_start)
        left join failed using (source, period_start)
    ),

    of_deliveries as (
        {%- set counts = [
            (
                "delivered",
                "(received_on is not null)::integer",
                1,
                "null",
                "due_date is not null",
            ),
            (
                "on_time",
                "(state = 'on_time')::integer",
                1,
                "null",
                "due_date is not null and not is_history",
            ),
            ("days_after_due", "null", 1, "received_on - due_date", "not is_history"),
            (
                "days_after_due_p90",
                "null",
                1,
                "received_on - due_date",
                "not is_history",
            ),
            ("first_lag", "null", 1, "received_on - period_end", "not is_history"),
            ("final_lag", "null", 1, "final_on - period_end", "not is_history"),
            (
                "right_first_time",
                "(refused_extracts = 0)::integer",
                1,
                "null",
                "extracts > 0",
            ),
            ("refusals", "refused_extracts", 1, "null", "extracts > 0"),
            ("problems", "problems", "coalesce(cells, 0)", "null", "extracts > 0"),
            (
                "problems_of_files",
                "coalesce(problems_of_files, 0)",
                "coalesce(cells, 0)",
                "null",
                "extracts > 0",
            ),
            (
                "problems_of_rows",
                "coalesce(problems_of_rows, 0)",
                "coalesce(cells, 0)",
                "null",
                "extracts > 0",
            ),
            (
                "problems_of_values",
                "coalesce(problems_of_values, 0)",
                "coalesce(cells, 0)",
                "null",
                "extracts > 0",
            ),
            (
                "problems_of_sums",
                "coalesce(problems_of_sums, 0)",
                "coalesce(cells, 0)",
                "null",
                "extracts > 0",
            ),
            (
                "cells_complete",
                "coalesce(cells, 0)",
                "cells_expected",
                "null",
                "cells_expected is not null",
            ),
            ("cells_held", "cells_held", "cells", "null", "cells > 0"),
            (
                "cells_unrevised",
                "cells - coalesce(cells_revised, 0)",
                "cells",
                "null",
                "cells > 0",
            ),
            (
                "sums_apart",
                "coalesce(checks_failed, 0)",
                "cells",
                "null",
                "cells > 0 and source in (select source from contract_checks)",
            ),
        ] %}
        -- Side by side: a question for each would cost more than all that they count.
        select *
        from
            (
                select
                    source,
                    quarter,
                    unnest(
                        [
                            {%- for measure, _, _, _, _ in counts %}
                                '{{ measure }}'{{ "," if not loop.last }}
                            {%- endfor %}
                        ]
                    ) as measure,
                    unnest(
                        [
                            {%- for _, part, _, _, _ in counts %}
                                ({{ part }})::double{{ "," if not loop.last }}
                            {%- endfor %}
                        ]
                    ) as part,
                    unnest(
                        [
                            {%- for _, _, whole, amount, where in counts %}
                                case
                                    when
                                        {{ where }}
                                        {{ "and " ~ amount ~ " is not null" if amount != "null" }}
                                    then {{ whole }}
                                end{{ "," if not loop.last }}
                            {%- endfor %}
                        ]
                    ) as whole,
                    unnest(
                        [
                            {%- for _, _, _, amount, _ in counts %}
                                ({{ amount }})::double{{ "," if not loop.last }}
                            {%- endfor %}
                        ]
                    ) as amount
                from weighed
            )
        where whole is not null
    ),

    of_revisions as (
        select came.source, came.quarter, unnest(revised.sizes) as amount
        from revised
        inner join came using (source, period_start)
    ),

    of_vintages as (
        select
            came.source,
            came.quarter,
            last_value - first_value as move,
            abs(next_value - first_value) / nullif(abs(next_value), 0) as first_size,
            abs(last_value - first_value) / nullif(abs(last_value), 0) as size,
            -- It has settled when the last figure that lay further than 5 % away was replaced.
            greatest(
                coalesce(
                    list_max(
                        list_transform(
                            list_filter(
                                steps,
                                lambda step:abs(step.old_value - last_value)
                                > 0.05 * abs(last_value)
                            ),
                            lambda step:step.revised_on
                        )
                    )
                    - extracts.received_on,
                    0
                ),
                0
            ) as days
        from vintages
        inner join came using (source, period_start)
        left join extracts on vintages.first_extract = extracts.extract
    ),

    of_comparisons as (
        select came.source, came.quarter, said.verdict, said.value, said.compared_value
        from
            (
                select source, period_start, verdict, value, compared_value
                from comparisons
                union all
                select compared_source, period_start, verdict, value, compared_value
                from comparisons
                where compared_source <> source
            ) as said
        inner join came using (source, period_start)
        where said.verdict in ('agrees', 'contradiction')
    ),

    -- What rests on a source is no matter of a day: it stands beside the newest deliveries.
    newest as (select source, max(quarter) as quarter from came group by source),

    rests_on as (
        select
            indicator,
            unnest(list_distinct(list_append(string_split(sources, ', '), source))) as source
        from indicators
    ),

    of_definitions as (
        select
            newest.source,
            newest.quarter,
            indicators.indicator,
            indicators.source = newest.source as is_own,
            indicators.undescribed = '' as is_described,
            indicators.published,
            indicators.access,
            indicators.frequency,
            indicators.synthetic,
            exists (
                select 1
                from sign_offs
                where
                    sign_offs.indicator = indicators.indicator
                    and sign_offs.agency = indicators.owner
                    and not sign_offs.synthetic
            ) as is_proven
        from newest
        inner join rests_on using (source)
        inner join indicators using (indicator)
    ),

    -- Datasets that leave: an indicator in each export that tells of it. Only periods that have a
    -- code go into a report package, only what is open and real into the open edition.
    of_exports as (
        select source, quarter, indicator, unnest(['catalogue', 'sdmx']) as export
        from of_definitions
        where published
        union all
        select source, quarter, indicator, 'report_package'
        from of_definitions
        where published and frequency in ('month', 'quarter', 'year')
        union all
        select source, quarter, indicator, 'open_edition'
        from of_definitions
        where published and access = 'open' and not synthetic
    ),

    of_jumps as (
        select newest.source, newest.quarter, count(anomalies.anomaly) as jumps
        from newest
        left join
            anomalies
            on newest.source = anomalies.source
            and anomalies.anomaly in ('jump', 'passing_digit', 'unit_slip')
            and anomalies.state in ('open', 'silent')
        group by all
    ),

    facts as (
        select source, quarter, measure, part, whole, amount, null as counted
        from of_deliveries
        union all
        select source, quarter, 'revision_size', null, 1, amount, null
        from of_revisions
        union all
        {%- for measure in ["revisions_one_way", "revisions_sign_test"] %}
            select source, quarter, '{{ measure }}', sign(move), 1, null, null
            from of_vintages
            where move <> 0
            union all
        {%- endfor %}
        select source, quarter, 'revision_first', first_size, 1, null, null
        from of_vintages
        where first_size is not null
        union all
        select source, quarter, 'revision_latest', size, 1, null, null
        from of_vintages
        where size is not null
        union all
        select source, quarter, 'revision_mean', sign(move) * size, 1, null, null
        from of_vintages
        where size is not null
        union all
        select source, quarter, 'days_to_settle', null, 1, days, null
        from of_vintages
        where days is not null
        union all
        select
            source, date_trunc('quarter', agreed_on)::date, 'corrections_agreed', 1, 1, null, null
        from corrections
        where state <> 'agreed_for_later'
        union all
        select
            source, date_trunc('quarter', valid_from)::date, 'definitions_changed', 1, 1, null, null
        from declared_indicators
        where version > 1 and valid_from <= (select max(quarter) + interval 3 month from newest)
        union all
        select source, quarter, measure, part, whole, amount, null
        from int_cell_quality
        inner join newest using (source)
        where int_cell_quality.period_start is null
        union all
        -- A method changes with a version of a definition.
        select newest.source, quarter, 'series_breaks', indicators.version - 1, 1, null, null
        from newest
        inner join indicators using (source)
        union all
        select source, quarter, 'jumps_unexplained', jumps, 1, null, null
        from of_jumps
        union all
        select
            source,
            date_trunc('quarter', answered_on)::date,
            'jumps_confirmed',
            (kind = 'corrected')::integer,
            1,
            null,
            null
        from answers
        where question in ('jump', 'passing_digit', 'unit_slip')
        union all
        select source, quarter, 'agreement', (verdict = 'agrees')::integer, 1, null, null
        from of_comparisons
        union all
        select
            source,
            quarter,
            'asymmetry',
            null,
            1,
            2 * abs(value - compared_value) / nullif(abs(value) + abs(compared_value), 0),
            null
        from of_comparisons
        union all
        select source, quarter, 'indicators_resting', null, 1, null, indicator
        from of_definitions
        where published
        union all
        select source, quarter, 'composites_resting', null, 1, null, indicator
        from of_definitions
        where published and indicator in (select indicator from composite_components)
        union all
        select source, quarter, 'exports_resting', null, 1, null, export || ' ' || indicator
        from of_exports
        union all
        select of_definitions.source, quarter, 'warnings_resting', null, 1, null, warnings.warning
        from of_definitions
        inner join warnings using (indicator)
        where warnings.open
        union all
        select of_definitions.source, quarter, 'decisions_resting', null, 1, null, warnings.warning
        from of_definitions
        inner join warnings using (indicator)
        where warnings.action_decision is not null
        union all
        select source, quarter, 'described', is_described::integer, 1, null, null
        from of_definitions
        where is_own
        union all
        select source, quarter, 'owner_proven', is_proven::integer, 1, null, null
        from of_definitions
        where is_own and published
    ),

    -- Of a quarter first: every level and year is made of few rows then.
    gathered as (
        select
            source,
            quarter,
            measure,
            sum(part) as part,
            sum(whole) as whole,
            list(amount) filter (where amount is not null) as amounts,
            list(counted) filter (where counted is not null) as counted
        from facts
        group by source, quarter, measure
    ),

    placed as (
        select
            facts.*,
            unnest(['source', 'agency', 'sector', 'province']) as level,
            unnest([sources.source, sources.owner, sources.sector, 'province']) as subject,
            sources.synthetic
        from gathered as facts
        inner join sources using (source)
    ),

    timed as (
        select
            *,
            unnest(['quarter', 'year']) as period_kind,
            unnest([quarter, date_trunc('year', quarter)::date]) as period_start
        from placed
        where subject is not null
    ),

    measures as (
        select
            unnest({{ quality_column(0) }}) as measure,
            unnest({{ quality_column(1) }}) as word,
            unnest({{ quality_column(2) }}) as made_as,
            unnest({{ quality_column(3) }}) as better,
            unnest({{ quality_column(4) }}) as unit
    ),

    summed as (
        select
            level,
            subject,
            measure,
            period_kind,
            period_start,
            nullif(len(list_distinct(flatten(list(counted)))), 0) as subjects,
            -- Shares of figures add up to other last digits in another order.
            coalesce(sum(part), subjects)::double as added,
            {{ settled("added") }} as numerator,
            coalesce(subjects, sum(whole))::double as denominator,
            flatten(list(amounts)) as amounts,
            bool_or(synthetic) as synthetic
        from timed
        group by all
    ),

    valued as (
        select
            summed.* exclude (subjects, added, amounts),
            word,
            better,
            unit,
            case
                made_as
                when 'median'
                then list_aggregate(amounts, 'median')
                when 'p90'
                then list_aggregate(amounts, 'quantile_cont', 0.9)
                when 'count'
                then numerator
                when 'lean'  -- of fewer nothing is said (kinhbac.quality.revisions)
                then if(denominator >= 8, abs(numerator) / denominator, null)
                when 'sign_test'
                then if(denominator >= 8, abs(numerator) / sqrt(denominator), null)
                when 'either_way'
                then abs(numerator) / nullif(denominator, 0)
                when 'per_thousand'
                then 1000 * numerator / nullif(denominator, 0)
                else numerator / nullif(denominator, 0)
            end as value
        from summed
        inner join measures using (measure)
    )

select
    level,
    subject,
    word,
    measure,
    period_kind,
    period_start,
    {{ period_label("period_kind", "period_start") }} as period,
    numerator,
    denominator,
    value,
    unit,
    better,
    count(value) over peers as peers,
    median(value) over peers as peer_median,
    case
        when value is null or count(value) over peers < 3
        then null
        -- How much rests on it is no merit.
        when word = 'shared' and unit = 'number'
        then null
        when value = median(value) over peers
        then 'equal'
        when (value > median(value) over peers) = (better = 'more')
        then 'better'
        else 'worse'
    end as standing,
    synthetic
from valued
window peers as (partition by level, measure, period_kind, period_start)
