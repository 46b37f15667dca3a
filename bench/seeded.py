"""Chance that is made again by what it was seeded with: a trial that breaks a promise is looked at.

Here: that. Not here: what is left to chance (``faults``, ``night_faults``).
"""

from __future__ import annotations

import random


def seeded(*told: object) -> random.Random:
    """Chance that is the same for the same words, on any machine and day."""
    # The linter warns of it as of a source of secrets; none rests on it, and one that cannot be
    # foretold (``secrets``) could not be made again.
    return random.Random(" ".join(map(str, told)))  # noqa: S311
