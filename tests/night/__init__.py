"""What a night does: dbt, releases, the road from a delivery to a published figure."""
