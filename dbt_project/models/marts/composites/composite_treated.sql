-- Grain: composite × component × area × period, of published composites. Stage 4: outliers drawn
-- in or transformed.
{{ published_stage("treated") }}
