-- Grain: indicator × area × period, for the group impact; reads downward only.
{{ config(group="impact", meta={"kept_by": "indicator"}) }}
{{
    compute_group(
        "impact",
        lower=[
            "input",
            "process",
            "output",
        ],
    )
}}
