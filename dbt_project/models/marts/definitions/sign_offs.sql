-- Grain: indicator × step that has been signed.
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
from {{ ref("stg_sign_offs") }} as sign_offs
inner join {{ ref("stg_steps") }} as steps using (step)
