"""Measurements: the pipeline beside its limit, the head recipe beside its parts."""
