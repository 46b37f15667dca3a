{#- How well data are delivered: each measure with the word of the national rule that it answers
    (alive, complete, clean, right, consistent, shared), how a figure is made of its parts, whether
    more or less of it is better, and its unit. Published definitions: docs/method.md.

    share: numerator ÷ denominator; per_thousand: the same × 1000; mean: the same, and no share;
    lean: |numerator| ÷ denominator, from eight on; sign_test: |numerator| ÷ √denominator, from eight on;
    either_way: |numerator| ÷ denominator; count: numerator; median and p90: of the amounts, of which there are `denominator`. -#}
{% macro quality_measures() -%}
    {{
        return(
            [
                ("delivered", "alive", "share", "more", "share"),
                ("on_time", "alive", "share", "more", "share"),
                ("days_after_due", "alive", "median", "less", "days"),
                ("days_after_due_p90", "alive", "p90", "less", "days"),
                ("first_lag", "alive", "median", "less", "days"),
                ("final_lag", "alive", "median", "less", "days"),
                ("cells_complete", "complete", "share", "more", "share"),
                ("areas_silent", "complete", "count", "less", "number"),
                ("comparable_length", "complete", "median", "more", "number"),
                ("series_breaks", "complete", "count", "less", "number"),
                ("right_first_time", "clean", "share", "more", "share"),
                ("refusals", "clean", "mean", "less", "number"),
                ("problems", "clean", "per_thousand", "less", "per_thousand"),
                ("problems_of_files", "clean", "per_thousand", "less", "per_thousand"),
                ("problems_of_rows", "clean", "per_thousand", "less", "per_thousand"),
                ("problems_of_values", "clean", "per_thousand", "less", "per_thousand"),
                ("problems_of_sums", "clean", "per_thousand", "less", "per_thousand"),
                ("cells_held", "clean", "share", "less", "share"),
                ("cells_unrevised", "right", "share", "more", "share"),
                ("revision_size", "right", "median", "less", "share"),
                ("revision_first", "right", "mean", "less", "share"),
                ("revision_latest", "right", "mean", "less", "share"),
                ("revision_mean", "right", "either_way", "less", "share"),
                ("revisions_one_way", "right", "lean", "less", "share"),
                ("revisions_sign_test", "right", "sign_test", "less", "number"),
                ("days_to_settle", "right", "median", "less", "days"),
                ("corrections_agreed", "right", "count", "less", "number"),
                ("jumps_unexplained", "right", "count", "less", "number"),
                ("jumps_confirmed", "right", "share", "less", "share"),
                ("agreement", "consistent", "share", "more", "share"),
                ("asymmetry", "consistent", "median", "less", "share"),
                ("sums_apart", "consistent", "per_thousand", "less", "per_thousand"),
                ("elements_delivered", "consistent", "share", "more", "share"),
                ("outliers_moderate", "consistent", "share", "less", "share"),
                ("outliers_extreme", "consistent", "share", "less", "share"),
                ("definitions_changed", "consistent", "count", "less", "number"),
                ("indicators_resting", "shared", "count", "more", "number"),
                ("composites_resting", "shared", "count", "more", "number"),
                ("exports_resting", "shared", "count", "more", "number"),
                ("warnings_resting", "shared", "count", "more", "number"),
                ("decisions_resting", "shared", "count", "more", "number"),
                ("described", "shared", "share", "more", "share"),
                ("owner_proven", "shared", "share", "more", "share"),
            ]
        )
    }}
{%- endmacro %}

{#- A column of `quality_measures` as a list of SQL, to be unnested beside its others. -#}
{% macro quality_column(place) -%}
    ['{{ quality_measures() | map(attribute=place) | join("', '") }}']
{%- endmacro %}
