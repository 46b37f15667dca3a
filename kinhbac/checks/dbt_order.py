"""In which order dbt takes the nodes of a run that are ready.

Here: a queue in the place of dbt's own. Not here: which nodes there are, what each waits for. dbt
hands out whatever is ready as soon as it is, level by level: what the last third of a run waits for
stands in line behind tables that nobody waits for, and ends half a second later.
"""

from __future__ import annotations

from graphlib import TopologicalSorter
from typing import TYPE_CHECKING, Any

from dbt.graph import selector
from dbt.graph.queue import GraphQueue

if TYPE_CHECKING:
    from dbt.contracts.graph.nodes import GraphMemberNode

AT_ONCE = 2
"""Nodes that are under way at once: as many as dbt's profile has threads."""


class LongestWayFirst(GraphQueue):
    """Of the nodes that are ready the one is taken that has most nodes behind it, one after the
    other; and not before there is a thread for it."""

    def _get_scores(self, graph: Any) -> dict[str, int]:
        """By node; the lowest is taken first."""
        after = {node: [*graph.successors(node)] for node in graph}
        behind: dict[str, int] = {}
        for node in TopologicalSorter(after).static_order():
            behind[node] = 1 + max((behind[each] for each in after[node]), default=0)
        return {node: -length for node, length in behind.items()}

    def get(self, block: bool = True, timeout: float | None = None) -> GraphMemberNode:
        """As dbt's own, but that it waits for a thread to be free."""
        with self.some_task_done:
            self.some_task_done.wait_for(lambda: len(self.in_progress) < AT_ONCE)
        return super().get(block, timeout)


def take_longest_way_first() -> None:
    """For every run of dbt in this process."""
    vars(selector)["GraphQueue"] = LongestWayFirst
