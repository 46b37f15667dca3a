-- Grain: composite × component × area × period, of published composites. Stage 5: figures on one
-- scale, the better end the higher one; points of a score.
{{ config(meta={"kept_by": "indicator"}) }} {{ published_stage("normalised") }}
