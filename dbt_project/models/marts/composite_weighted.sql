-- Grain: composite × component × area × period, of published composites. Stage 6: each component's share of the weight of the components that are there.
{{ published_stage('weighted') }}
