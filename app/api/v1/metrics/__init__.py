"""Figures over the API."""
