"""The order in which nodes of a run are taken: by what waits for them, one a thread."""

from __future__ import annotations

import threading
from itertools import pairwise
from types import SimpleNamespace

from networkx import DiGraph

from kinhbac.checks.dbt_order import AT_ONCE, LongestWayFirst

NODES = SimpleNamespace(expect=lambda name: name)
"""Stands in for dbt's project, in which a node is asked for by its name."""


def queue(*ways: str) -> LongestWayFirst:
    """Nodes of one letter, each way from the first that is taken to the last."""
    graph = DiGraph()
    for way in ways:
        graph.add_nodes_from(way)
        graph.add_edges_from(pairwise(way))
    return LongestWayFirst(graph, NODES, set(graph))


def test_what_most_waits_for_is_taken_first_whatever_its_name_and_level() -> None:
    nodes, taken = queue("a", "b", "xyz", "wz"), []
    while not nodes.empty():
        taken.append(nodes.get())
        nodes.mark_done(taken[-1])
    assert taken == ["x", "w", "y", "a", "b", "z"]


def test_a_node_is_taken_only_when_a_thread_is_free_for_it() -> None:
    """Or what is ready by then, with a longer way behind it, would stand in line."""
    nodes, taken = queue("abcd", "v", "w"), []
    assert [nodes.get() for _ in range(AT_ONCE)] == ["a", "v"]
    waiting = threading.Thread(target=lambda: taken.append(nodes.get()))
    waiting.start()
    nodes.mark_done("a")
    waiting.join()
    assert taken == ["b"], "and not «w», which has been ready since the beginning"
