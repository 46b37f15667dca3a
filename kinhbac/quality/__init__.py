"""How good figures are: what is measured of them beyond what SQL counts (``quality``, the mart)."""
