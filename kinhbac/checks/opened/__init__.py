"""An open edition, read as a stranger reads it and held against the release that it is of."""
