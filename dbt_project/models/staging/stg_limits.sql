-- Grain: indicator × version × rule.
select * from {{ source("registry", "limits") }}
