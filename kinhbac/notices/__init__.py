"""Notices: what stands open in a release, told to whom it concerns, once per change."""
