"""Canpar Express."""
