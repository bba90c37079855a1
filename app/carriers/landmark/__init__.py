"""Landmark Global."""
