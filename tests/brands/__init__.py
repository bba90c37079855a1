"""Brands: their settings and the versions of these."""
