"""Saved replies."""
