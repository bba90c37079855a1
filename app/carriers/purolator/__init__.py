"""Purolator."""
