-- name: criteria
select *
from assessment_criteria
order by weight desc, criterion, measure
;

-- name: classes
select *
from assessment_classes
order by at_least desc
;

-- name: told
select *
from assessment_told
order by criterion, source, year
;
