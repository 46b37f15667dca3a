"""Commands of the shell, a module a family, each with its ``COMMANDS``.

Here: arguments, printing, exit codes. Not here: work. A command imports what it calls when it is
called, so that none waits for what others need.
"""
