-- Grain: indicator × area × period, for the group impact; reads downward only.
{{ config(group="impact") }} {{ compute_group("impact", lower=["input", "process", "output"]) }}
