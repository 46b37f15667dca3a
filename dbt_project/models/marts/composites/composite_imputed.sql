-- Grain: composite × component × area × period, of published composites. Stage 3: missing figures
-- replaced by the declared rule; every such cell is marked.
{{ config(meta={"kept_by": "indicator"}) }} {{ published_stage("imputed") }}
