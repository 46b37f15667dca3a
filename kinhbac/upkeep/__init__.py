"""What keeps a data folder going for years: one writer at a time, nights remembered, room on the
disk, copies.

Here: the lock (``lock``), what nights came to (``journal``), a word to a monitor (``heartbeat``),
how all of it stands (``status``), copies elsewhere (``backups``), what old releases lose
(``retention``). Not here: a night's own steps (``kinhbac.night``).
"""
