-- Grain: indicator × area × period, for the group output; reads downward only.
{{ config(group="output") }} {{ compute_group("output", lower=["input", "process"]) }}
