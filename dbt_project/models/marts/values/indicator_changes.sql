-- Grain: indicator × area × period that has a value. A view: a quarter of a million rows are not
-- written once more where they are published as they are.
{{ config(materialized="view") }} select * from {{ ref("int_changes") }}
