"""A catalogue of the published indicators as others read it: DCAT 3 by the profile DCAT-AP 3.0.

Here: ``catalogue.ttl`` and ``catalogue.jsonld``, which say the same. Not here: what is said of a
dataset (``facts``), in which terms (``graph``).
"""

from __future__ import annotations

from kinhbac.exchange.catalogue.files import write_catalogue as write_catalogue

__all__ = ["write_catalogue"]
