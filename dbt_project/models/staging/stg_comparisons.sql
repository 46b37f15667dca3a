-- Grain: data element × area × period × extract in force × statement, of the comparison
-- sources. Never united with the observations of record.
select * from ({{ observations_in(in_force_files("comparison")) }})
