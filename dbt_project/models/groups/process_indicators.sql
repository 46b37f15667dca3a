-- Grain: indicator × area × period, for the group process; reads downward only.
{{ config(group="process") }} {{ compute_group("process", lower=["input"]) }}
