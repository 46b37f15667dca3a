"""The release in SDMX: structures, figures and what is said of each indicator."""
