-- name: answers
-- What each need is answered by, the definition's step and what it lacks.
select
    needs.need,
    indicators.indicator,
    indicators.name_vi,
    indicators.name_en,
    indicators.step_vi,
    indicators.step_en,
    indicators.published,
    indicators.lacking,
    indicators.lacking_vi,
    indicators.synthetic,
    indicators.owner,
    agencies.name_vi as owner_vi,
    agencies.name_en as owner_en
from needs
inner join indicators on list_contains(string_split(needs.answered_by, ', '), indicators.indicator)
left join agencies on indicators.owner = agencies.agency
order by needs.need, indicators.published desc, indicators.name_vi
;
