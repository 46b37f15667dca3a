-- Grain: data element × area × period, counted from candidates' papers.
-- A subject that nobody of a province took has no papers, which is a real zero, and no sum.
{{ config(meta={"kept_by": "source"}) }}
{% set subjects = [
    "mathematics",
    "literature",
    "foreign_language",
    "history",
    "geography",
    "economics_law",
    "physics",
    "chemistry",
    "biology",
    "informatics",
    "civics",
    "industrial_technology",
    "agricultural_technology",
] %}
{% set columns = {"candidate": "varchar"} %}
{% for subject in subjects %} {% do columns.update({"score_" ~ subject: "double"}) %} {% endfor %}
with
    papers as (
        select *
        from
            ({{ in_force_records("graduation_exam", columns) }}) unpivot include nulls(
                score for subject in (
                    {% for subject in subjects %}
                        score_{{ subject }}{{ ', ' if not loop.last }}
                    {% endfor %}
                )
            )
    ),

    counted as (
        select
            area,
            extract_period_start as period_start,
            subject,
            extract,
            synthetic,
            held,
            count(score)::double as papers,
            coalesce(sum(score), 0)::double as total
        from papers
        group by
            grouping sets (
                (area, extract_period_start, subject, extract, synthetic, held),
                (area, extract_period_start, extract, synthetic, held)
            )
    )
{% for name, value in [("exam_papers", "papers"), ("exam_score_total", "total")] %}
    select
        '{{ name }}' || coalesce('.subject.' || replace(subject, 'score_', ''), '') as data_element,
        area,
        'year' as period_kind,
        period_start,
        {{ value }} as value,
        'graduation_exam' as source,
        extract,
        null::bigint as line,
        synthetic,
        held
    from counted
    {% if not loop.last %}
        union all
    {% endif %}
{% endfor %}
