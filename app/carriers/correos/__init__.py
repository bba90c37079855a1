"""Correos."""
