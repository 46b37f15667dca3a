"""What helps a person to add to the registry: drafts to confirm, a registry to start with.

Here: a contract drafted from a delivered file (``delivered_form``, ``delivered_columns``,
``source_draft``). Not here: a contract drafted from somebody's contract (``exchange.contracts``),
what the registry makes of what was written (``registry``).
"""
