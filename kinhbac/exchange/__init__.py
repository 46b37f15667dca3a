"""What leaves the province: the release in the forms that others read.

Here: one package or module for each form. Each has a writer that lays files into the folder of a
release that is being built, from the registry and the release alone: the same bytes for the same
inputs, so that what says the same is stored once. Not here: what is published (``release``), what
people see (``scoreboard``).
"""
