-- Grain: composite × component × area × period, of published composites. Stage 6: the weight with
-- which each component counts; a sum or an arithmetic mean is Σ weight × normalised figure.
{{ config(meta={"kept_by": "indicator"}) }} {{ published_stage("weighted") }}
