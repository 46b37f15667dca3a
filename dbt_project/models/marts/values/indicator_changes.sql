-- Grain: indicator × area × period that has a value.
select * from {{ ref("int_changes") }}
