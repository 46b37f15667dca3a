-- Grain: composite × component × area × period, of published composites. Stage 7: the composite
-- itself, scaled and rounded as its method says.
-- The component is the composite itself; every composite stands here, also plain sums.
{{ config(meta={"kept_by": "indicator"}) }} {{ published_stage("aggregated") }}
