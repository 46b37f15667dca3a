-- Grain: problem of an extract.
select
    problem, extract, source, owner, file, sheet, line, column_name, delivered_value, rule,
    expected, found, remedy, since
from {{ source('ledger', 'problems') }}
