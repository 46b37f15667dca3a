"""Contracts of sources as others write them: the Open Data Contract Standard, version 3.

Here: writing every source's contract, and drafting a ``source.yml`` from somebody's contract. Not
here: the contracts themselves (``registry.declared.contract``).
"""

from __future__ import annotations

from kinhbac.exchange.contracts.document import write_contracts as write_contracts
from kinhbac.exchange.contracts.draft import draft_source as draft_source

__all__ = ["draft_source", "write_contracts"]
