-- Grain: item that an agency must put right: what is wrong, where, how, since when. What a kind
-- is called and how it is put right stands in the catalogue (kinhbac/words/worklists.toml).
-- Past 200 lines because each kind of item is a branch of one union, read side by side.
{#- What only people can write of a quality report: ReportConcept; a test compares. -#}
{%- set concepts = [
    "mandate",
    "relevance",
    "accuracy",
    "comparability",
    "cost",
    "revision_policy",
] %}
{%- set words = words_of(
    "worklist_item",
    "worklist_remedy",
    "worklist_found",
    "worklist_rule",
    "worklist_place",
) %}
{%- set languages = [("en", ""), ("vi", "_vi")] %}
{%- set failed_in = period_label("failed.period_kind", "failed.period_start") %}
with
    problems as (select * from {{ source("ledger", "problems") }}),

    extracts as (select * from {{ source("ledger", "extracts") }}),

    refresh as (select * from {{ source("registry", "refresh") }}),

    int_deliveries as (select * from {{ ref("int_deliveries") }}),

    sources as (select * from {{ ref("sources") }}),

    comparisons as (select * from {{ ref("comparisons") }}),

    int_failed_checks as (select * from {{ ref("int_failed_checks") }}),

    int_suppressions as (select * from {{ ref("int_suppressions") }}),

    contract_check_terms as (select * from {{ source("registry", "contract_check_terms") }}),

    corrections as (select * from {{ ref("corrections") }}),

    anomalies as (select * from {{ ref("anomalies") }}),

    indicators as (select * from {{ ref("indicators") }}),

    latest_values as (select * from {{ ref("latest_values") }}),

    duplicates as (select * from {{ ref("duplicates") }}),

    data_elements as (select * from {{ ref("data_elements") }}),

    source_reports as (select * from {{ source("registry", "source_reports") }}),

    agencies as (select * from {{ source("registry", "agencies") }}),

    refused as (
        select
            problems.owner as agency,
            case
                when problems.rule like '%(told)'
                then 'told_of_extract'
                when problems.bearing = 'told'
                then problems.rule
                when problems.bearing = 'set_aside'
                then 'row_set_aside'
                when extracts.standing = 'contested'
                then 'contested_extract'
                when extracts.standing = 'incomplete'
                then 'incomplete_extract'
                else 'refused_extract'
            end as item,
            problems.source,
            {%- for language, suffix in languages %}
                problems.file
                || coalesce(' [' || problems.sheet || ']', '')
                || coalesce(
                    ', '
                    || {{
                        say(
                            words,
                            language,
                            "worklist_place.lines",
                            {
                                "count": thousands("problems.occurrences", language),
                                "lines": "problems.first_lines",
                            },
                        )
                    }},
                    ', '
                    || {{ say(words, language, "worklist_place.line", {"line": "problems.line"}) }},
                    ''
                )
                || coalesce(', ' || problems.column_name{{ suffix }}, '') as place{{ suffix }},
            {%- endfor %}
            coalesce('«' || problems.delivered_value || '» ', '') || problems.found as found,
            coalesce('«' || problems.delivered_value_vi || '» ', '')
            || problems.found_vi as found_vi,
            problems.expected,
            problems.expected_vi,
            problems.remedy,
            problems.remedy_vi,
            problems.since
        from problems
        inner join extracts using (extract)
        where problems.open
    ),

    late as (
        select
            sources.owner as agency,
            'late_extract' as item,
            deliveries.source,
            deliveries.source || '/' || deliveries.period as place,
            {%- for language, suffix in languages %}
                {{
                    say(
                        words,
                        language,
                        "worklist_found.late_extract",
                        {"period": period_said("deliveries.period", language)},
                    )
                }} as found{{ suffix }},
            {%- endfor %}
            {%- for language, suffix in languages %}
                {{
                    say(
                        words,
                        language,
                        "worklist_rule.late_extract",
                        {"day": "strftime(deliveries.due_date, '%d/%m/%Y')"},
                    )
                }} as expected{{ suffix }},
            {%- endfor %}
            deliveries.due_date + 1 as since
        from int_deliveries as deliveries
        inner join sources as sources using (source)
        cross join refresh
        where
            not deliveries.delivered and not deliveries.held and deliveries.due_date < refresh.as_of
    ),

    -- Sources without a calendar owe no period; what they have begun to tell they go on telling.
    -- Of others the extract itself is late.
    outdated as (
        select
            indicators.owner as agency,
            'old_figure' as item,
            indicators.source,
            indicators.indicator as place,
            {%- for language, suffix in languages %}
                {{
                    say(
                        words,
                        language,
                        "worklist_found.old_figure",
                        {
                            "period": period_said("max(latest.sound_period)", language),
                            "areas": "count(*)",
                        },
                    )
                }} as found{{ suffix }},
            {%- endfor %}
            {%- for language, suffix in languages %}
                {{
                    say(
                        words,
                        language,
                        "worklist_rule.old_figure",
                        {"day": "strftime(max(latest.newer_due), '%d/%m/%Y')"},
                    )
                }} as expected{{ suffix }},
            {%- endfor %}
            max(latest.newer_due) + 1 as since
        from latest_values as latest
        inner join indicators as indicators using (indicator)
        where latest.judgement = 'old' and latest.area_kind in ('province', 'commune')
        group by all
    ),

    contradictions as (
        select
            unnest(list_distinct([comparisons.owner, comparisons.compared_owner])) as agency,
            'contradiction' as item,
            comparisons.source,
            {%- for language, suffix in languages %}
                comparisons.data_element
                || ', '
                || comparisons.area
                || ', '
                || {{ period_said("comparisons.period", language) }} as place{{ suffix }},
            {%- endfor %}
            {%- for language, suffix in languages %}
                coalesce(
                    {{
                        say(
                            words,
                            language,
                            "worklist_found.contradiction",
                            {
                                "source": "own.name_" ~ language,
                                "owner": "comparisons.owner",
                                "value": figure("comparisons.value", language),
                                "other": (
                                    "coalesce(comparisons.statement, other.name_vi)"
                                    if language == "vi"
                                    else "other.name_en"
                                ),
                                "other_owner": "comparisons.compared_owner",
                                "other_value": figure("comparisons.compared_value", language),
                                "difference": figure("abs(comparisons.difference)", language),
                            },
                        )
                    }},
                    {{ say(words, language, "worklist_found.suppressed") }}
                ) as found{{ suffix }},
            {%- endfor %}
            {%- for language, suffix in languages %}
                coalesce(
                    {{
                        say(
                            words,
                            language,
                            "worklist_rule.contradiction",
                            {"tolerance": figure("comparisons.tolerance", language)},
                        )
                    }},
                    {{ say(words, language, "worklist_found.suppressed") }}
                ) as expected{{ suffix }},
            {%- endfor %}
            extracts.received_on as since
        from comparisons as comparisons
        left join extracts on comparisons.compared_extract = extracts.extract
        left join sources as own on comparisons.source = own.source
        left join sources as other on comparisons.compared_source = other.source
        where comparisons.verdict = 'contradiction'
    ),

    failed as (
        select
            sources.owner as agency,
            'failed_check' as item,
            failed.source,
            {%- for language, suffix in languages %}
                extracts.file
                || ', '
                || failed.area
                || ', '
                || {{ period_said(failed_in, language) }} as place{{ suffix }},
            {%- endfor %}
            {%- for language, suffix in languages %}
                coalesce(
                    {{
                        say(
                            words,
                            language,
                            "worklist_found.failed_check",
                            {
                                "left": figure("failed.left_value", language),
                                "right": figure("failed.right_value", language),
                            },
                        )
                    }},
                    {{ say(words, language, "worklist_found.suppressed") }}
                ) as found{{ suffix }},
            {%- endfor %}
            {%- for language, suffix in languages %}
                {{
                    say(
                        words,
                        language,
                        "worklist_rule.failed_check",
                        {
                            "name_vi": "failed.name_vi",
                            "name_en": "failed.name_en",
                            "compare": "failed.compare",
                        },
                    )
                }} as expected{{ suffix }},
            {%- endfor %}
            extracts.received_on as since
        from
            (
                -- What is not told elsewhere is not told here.
                select
                    int_failed_checks.* replace (
                        if(hidden.area is null, left_value, null) as left_value,
                        if(hidden.area is null, right_value, null) as right_value
                    )
                from int_failed_checks
                left join
                    (
                        select distinct source, contract_check, area, period_kind, period_start
                        from contract_check_terms
                        inner join int_suppressions using (data_element)
                    ) as hidden using (source, contract_check, area, period_kind, period_start)
            ) as failed
        inner join sources as sources using (source)
        left join extracts on failed.extract = extracts.extract
    ),

    corrected as (
        select
            sources.owner as agency,
            if(
                corrections.state = 'overtaken', 'correction_overtaken', 'correction_to_deliver'
            ) as item,
            corrections.source,
            {%- for language, suffix in languages %}
                corrections.data_element
                || ', '
                || corrections.area
                || ', '
                || {{ period_said("corrections.period", language) }} as place{{ suffix }},
            {%- endfor %}
            {%- for language, suffix in languages %}
                {{
                    say(
                        words,
                        language,
                        "worklist_found.correction",
                        {
                            "delivered": "coalesce("
                            ~ figure("corrections.delivered_value", language)
                            ~ ", "
                            ~ say(words, language, "worklist_found.blank")
                            ~ ")",
                            "old": "coalesce("
                            ~ figure("corrections.old_value", language)
                            ~ ", "
                            ~ say(words, language, "worklist_found.blank")
                            ~ ")",
                            "new": "coalesce("
                            ~ figure("corrections.new_value", language)
                            ~ ", "
                            ~ say(words, language, "worklist_found.blank")
                            ~ ")",
                        },
                    )
                }} as found{{ suffix }},
            {%- endfor %}
            corrections.reason as expected,
            corrections.reason as expected_vi,
            corrections.agreed_on as since
        from corrections as corrections
        inner join sources as sources using (source)
        where corrections.state in ('in_force', 'overtaken')
    ),

    strange as (
        select
            anomalies.owner as agency,
            anomalies.anomaly as item,
            anomalies.source,
            {%- for language, suffix in languages %}
                concat_ws(
                    ', ',
                    anomalies.data_element,
                    anomalies.area,
                    {{ period_said("anomalies.period", language) }}
                ) as place{{ suffix }},
            {%- endfor %}
            anomalies.evidence as found,
            anomalies.evidence_vi as found_vi,
            {%- for language, suffix in languages %}
                {{ say(words, language, "worklist_rule.anomaly") }} as expected{{ suffix }},
            {%- endfor %}
            anomalies.since
        from anomalies as anomalies
        where anomalies.state in ('open', 'corrected')
    ),

    unsigned as (
        select
            indicators.owner as agency,
            if(indicators.sent_back, 'sent_back', 'not_issued') as item,
            indicators.source,
            indicators.indicator as place,
            indicators.lacking as found,
            indicators.lacking_vi as found_vi,
            {%- for language, suffix in languages %}
                {{
                    say(
                        words,
                        language,
                        "worklist_rule.next_step",
                        {"step": "indicators.next_step"},
                    )
                }} as expected{{ suffix }},
            {%- endfor %}
            null::date as since
        from indicators as indicators
        where not indicators.published and indicators.next_step is not null
    ),

    unsigned_by_owner as (
        select
            indicators.awaits as agency,
            'countersign' as item,
            indicators.source,
            indicators.indicator as place,
            {%- for language, suffix in languages %}
                {{
                    say(
                        words,
                        language,
                        "worklist_found.countersign",
                        {"until": "strftime(indicators.awaits_until, '%d/%m/%Y')"},
                    )
                }} as found{{ suffix }},
            {%- endfor %}
            {%- for language, suffix in languages %}
                {{ say(words, language, "worklist_rule.countersign") }} as expected{{ suffix }},
            {%- endfor %}
            null::date as since
        from indicators as indicators
        where indicators.awaits is not null
    ),

    undescribed as (
        select
            indicators.owner as agency,
            'undescribed' as item,
            indicators.source,
            indicators.indicator as place,
            indicators.undescribed as found,
            indicators.undescribed_vi as found_vi,
            {%- for language, suffix in languages %}
                {{ say(words, language, "worklist_rule.undescribed") }} as expected{{ suffix }},
            {%- endfor %}
            null::date as since
        from indicators as indicators
        where indicators.published and indicators.undescribed != ''
    ),

    unwritten as (
        select
            sources.owner as agency,
            'unwritten_report' as item,
            sources.source,
            sources.source as place,
            -- Keys of source.yml, by which they are written in any language.
            string_agg(asked.concept, ', ' order by asked.place) as found,
            found as found_vi,
            {%- for language, suffix in languages %}
                {{ say(words, language, "worklist_rule.unwritten_report") }}
                as expected{{ suffix }},
            {%- endfor %}
            null::date as since
        from sources as sources
        cross join
            (
                select
                    unnest({{ concepts }}) as concept,
                    generate_subscripts({{ concepts }}, 1) as place
            ) as asked
        anti join
            source_reports as reports
            on sources.source = reports.source
            and asked.concept = reports.concept
        group by all
    ),

    duplicated as (
        select
            coalesce(indicators.owner, elements.owner) as agency,
            'duplicate' as item,
            coalesce(indicators.source, elements.source) as source,
            duplicates.name as place,
            {%- for language, suffix in languages %}
                {{
                    say(
                        words,
                        language,
                        "worklist_found.duplicate",
                        {"other": "duplicates.other", "relation": "duplicates.relation"},
                    )
                }} as found{{ suffix }},
            {%- endfor %}
            {%- for language, suffix in languages %}
                {{ say(words, language, "worklist_rule.duplicate") }} as expected{{ suffix }},
            {%- endfor %}
            null::date as since
        from duplicates as duplicates
        left join indicators as indicators on duplicates.name = indicators.indicator
        left join data_elements as elements on duplicates.name = elements.data_element
    ),

    items as (
        select *
        from refused
        union all by name
        select *
        from late
        union all by name
        select *
        from outdated
        union all by name
        select *
        from contradictions
        union all by name
        select *
        from failed
        union all by name
        select *
        from corrected
        union all by name
        select *
        from strange
        union all by name
        select *
        from unsigned
        union all by name
        select *
        from unsigned_by_owner
        union all by name
        select *
        from undescribed
        union all by name
        select *
        from unwritten
        union all by name
        select *
        from duplicated
    )

select
    items.agency,
    agencies.name_vi as agency_vi,
    items.item,
    {{ word_for(words, "vi", "items.item", "worklist_item") }} as item_vi,
    items.source,
    items.place,
    coalesce(items.place_vi, items.place) as place_vi,
    items.found,
    items.found_vi,
    items.expected,
    items.expected_vi,
    -- The door says of what it refuses how that very cell is put right.
    coalesce(items.remedy, {{ word_for(words, "en", "items.item", "worklist_remedy") }}) as remedy,
    coalesce(
        items.remedy_vi, {{ word_for(words, "vi", "items.item", "worklist_remedy") }}
    ) as remedy_vi,
    items.since
from items
inner join agencies using (agency)
