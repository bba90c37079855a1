"""SEUR."""
