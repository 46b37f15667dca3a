"""What checks say of a candidate and of a release: dbt's tests, acceptance, proofs."""
