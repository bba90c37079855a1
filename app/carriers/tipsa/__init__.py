"""TIPSA."""
