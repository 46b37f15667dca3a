-- Grain: data element × area × period × extract in force × statement, of the comparison
-- sources. Never united with the observations of record.
{{ observations_in_force(in_force_files("comparison")) }}
