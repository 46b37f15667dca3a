-- Grain: composite × component × area × period, of published composites. Stage 4: outliers drawn
-- in or transformed.
{{ config(meta={"kept_by": "indicator"}) }} {{ published_stage("treated") }}
