-- Grain: composite × component × area × period, of published composites. Stage 1: components as
-- delivered, divided by their declared denominators.
{{ published_stage("denominated") }}
