-- Grain: indicator × area × period that has a value.
{{ config(meta={"kept_by": "indicator"}) }}
select *
from {{ ref("int_changes") }}
where {{ is_changed("indicator") }}
