-- Grain: indicator × step that has been signed.
with
    sign_offs as (select * from {{ source("registry", "sign_offs") }}),

    steps as (select * from {{ source("registry", "steps") }})

select
    sign_offs.indicator,
    sign_offs.step,
    steps.position,
    steps.name_vi as step_vi,
    steps.name_en as step_en,
    sign_offs.agency,
    sign_offs.decision,
    sign_offs.signed_on,
    sign_offs.synthetic,
    sign_offs.definition
from sign_offs
inner join steps using (step)
