"""Measurements of the code as it stands: ``python -m benchmarks``."""
