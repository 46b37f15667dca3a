-- Grain: indicator × area × period, for the group process; reads downward only.
{{ config(group="process", meta={"kept_by": "indicator"}) }}
{{ compute_group("process", lower=["input"]) }}
