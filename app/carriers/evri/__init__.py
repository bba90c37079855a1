"""Evri."""
