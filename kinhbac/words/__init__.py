"""The words that people see, in Vietnamese and English, and how figures are written."""
