"""What a person asks of a release: where a figure comes from, what changed, what is missing."""
