-- Grain: indicator × area × period, for the group input; reads downward only.
{{ config(group="input", meta={"kept_by": "indicator"}) }} {{ compute_group("input", lower=[]) }}
