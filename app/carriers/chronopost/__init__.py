"""Chronopost."""
