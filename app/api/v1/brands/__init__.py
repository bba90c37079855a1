"""Brands over HTTP: what they say of themselves, their pictures, their versions."""
