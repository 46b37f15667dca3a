-- Grain: indicator × area × period, for the group output; reads downward only.
{{ config(group="output", meta={"kept_by": "indicator"}) }}
{{
    compute_group(
        "output",
        lower=["input", "process"],
    )
}}
