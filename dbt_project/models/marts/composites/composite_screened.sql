-- Grain: composite × component × area × period, of published composites. Stage 2: components of
-- the units that passed the screen, those of small numbers stabilised; empty for units left out.
{{ config(meta={"kept_by": "indicator"}) }} {{ published_stage("screened") }}
