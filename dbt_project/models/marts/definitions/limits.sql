-- Grain: indicator × version of its definition × rule by which it is warned of.
select * from {{ source('registry', 'limits') }}
