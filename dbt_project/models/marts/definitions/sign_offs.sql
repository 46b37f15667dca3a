-- Grain: indicator × step that has been signed.
with
    stg_sign_offs as (select * from {{ ref("stg_sign_offs") }}),

    stg_steps as (select * from {{ ref("stg_steps") }})

select
    sign_offs.indicator,
    sign_offs.step,
    steps.position,
    steps.name_vi as step_vi,
    steps.name_en as step_en,
    sign_offs.agency,
    sign_offs.decision,
    sign_offs.signed_on,
    sign_offs.synthetic
from stg_sign_offs as sign_offs
inner join stg_steps as steps using (step)
