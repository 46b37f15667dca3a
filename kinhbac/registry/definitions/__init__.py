"""What definitions mean: formulas, fingerprints, signatures, where each stands."""
