-- Grain: composite × component × area × period, of published composites. Stage 1: components as
-- delivered, divided by their declared denominators.
{{ config(meta={"kept_by": "indicator"}) }} {{ published_stage("denominated") }}
