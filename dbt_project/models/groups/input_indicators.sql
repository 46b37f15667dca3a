-- Grain: indicator × area × period, for the group input; reads downward only.
{{ config(group="input") }} {{ compute_group("input", lower=[]) }}
