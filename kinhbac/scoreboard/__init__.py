"""The scoreboard: a static site inside every release, for those who look."""
