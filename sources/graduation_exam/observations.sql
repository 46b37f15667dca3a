-- What is counted from candidates, by the province in which they sat the examination: papers
-- taken and the sum of their scores, in all and by subject. A subject that nobody of a province
-- took has no papers. Scores have four decimals at most, and as decimals they add up exactly.
with
    papers as (
        select
            area,
            period_start,
            cast(score_mathematics as decimal(9, 4)) as mathematics,
            cast(score_literature as decimal(9, 4)) as literature,
            cast(score_foreign_language as decimal(9, 4)) as foreign_language,
            cast(score_history as decimal(9, 4)) as history,
            cast(score_geography as decimal(9, 4)) as geography,
            cast(score_economics_law as decimal(9, 4)) as economics_law,
            cast(score_physics as decimal(9, 4)) as physics,
            cast(score_chemistry as decimal(9, 4)) as chemistry,
            cast(score_biology as decimal(9, 4)) as biology,
            cast(score_informatics as decimal(9, 4)) as informatics,
            cast(score_civics as decimal(9, 4)) as civics,
            cast(score_industrial_technology as decimal(9, 4)) as industrial_technology,
            cast(score_agricultural_technology as decimal(9, 4)) as agricultural_technology
        from records
    )
select
    area,
    period_start,
    count(mathematics)
    + count(literature)
    + count(foreign_language)
    + count(history)
    + count(geography)
    + count(economics_law)
    + count(physics)
    + count(chemistry)
    + count(biology)
    + count(informatics)
    + count(civics)
    + count(industrial_technology)
    + count(agricultural_technology) as exam_papers,
    coalesce(sum(mathematics), 0)
    + coalesce(sum(literature), 0)
    + coalesce(sum(foreign_language), 0)
    + coalesce(sum(history), 0)
    + coalesce(sum(geography), 0)
    + coalesce(sum(economics_law), 0)
    + coalesce(sum(physics), 0)
    + coalesce(sum(chemistry), 0)
    + coalesce(sum(biology), 0)
    + coalesce(sum(informatics), 0)
    + coalesce(sum(civics), 0)
    + coalesce(sum(industrial_technology), 0)
    + coalesce(sum(agricultural_technology), 0) as exam_score_total,
    count(mathematics) as "exam_papers.subject.mathematics",
    count(literature) as "exam_papers.subject.literature",
    count(foreign_language) as "exam_papers.subject.foreign_language",
    count(history) as "exam_papers.subject.history",
    count(geography) as "exam_papers.subject.geography",
    count(economics_law) as "exam_papers.subject.economics_law",
    count(physics) as "exam_papers.subject.physics",
    count(chemistry) as "exam_papers.subject.chemistry",
    count(biology) as "exam_papers.subject.biology",
    count(informatics) as "exam_papers.subject.informatics",
    count(civics) as "exam_papers.subject.civics",
    count(industrial_technology) as "exam_papers.subject.industrial_technology",
    count(agricultural_technology) as "exam_papers.subject.agricultural_technology",
    coalesce(sum(mathematics), 0) as "exam_score_total.subject.mathematics",
    coalesce(sum(literature), 0) as "exam_score_total.subject.literature",
    coalesce(sum(foreign_language), 0) as "exam_score_total.subject.foreign_language",
    coalesce(sum(history), 0) as "exam_score_total.subject.history",
    coalesce(sum(geography), 0) as "exam_score_total.subject.geography",
    coalesce(sum(economics_law), 0) as "exam_score_total.subject.economics_law",
    coalesce(sum(physics), 0) as "exam_score_total.subject.physics",
    coalesce(sum(chemistry), 0) as "exam_score_total.subject.chemistry",
    coalesce(sum(biology), 0) as "exam_score_total.subject.biology",
    coalesce(sum(informatics), 0) as "exam_score_total.subject.informatics",
    coalesce(sum(civics), 0) as "exam_score_total.subject.civics",
    coalesce(sum(industrial_technology), 0) as "exam_score_total.subject.industrial_technology",
    coalesce(sum(agricultural_technology), 0) as "exam_score_total.subject.agricultural_technology"
from papers
group by all
;
