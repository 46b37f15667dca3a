{{ config(meta={"dagster": {"ref": {"name": "warnings"}}}) }}
-- Answered warnings without the answer: who acknowledged it; which action until when; or answers
-- of an open warning that stand beside a life that knows of none.
select warning, life, response, acknowledged_by, action_due
from {{ ref("warnings") }}
where
    (
        life in ('acknowledged', 'action_decided')
        and (acknowledged_by is null or acknowledged_on is null)
    )
    or (life = 'action_decided') != (open and action_due is not null)
    or (life in ('raised', 'reopened') and response is not null)
