"""The open edition: what everybody may have of a release, and nothing else.

A database and a registry of what is open are cut out first (``selection``); all else is written from
them and never sees more: tables (``tables``, ``workbooks``), a data package (``descriptor``), SDMX
and catalogue by their own writers, a small site (``pages``), texts (``texts``). Not here: proving it
(``kinhbac.checks.opened``), numbering and swapping (``kinhbac.release.editions``).
"""
