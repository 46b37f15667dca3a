-- Grain: problem of an extract.
select
    problem, extract, source, owner, file, sheet, line, column_name, delivered_value, found, rule,
    remedy, since
from {{ source('ledger', 'problems') }}
order by problem
