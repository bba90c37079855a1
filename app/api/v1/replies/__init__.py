"""Saved replies of support over HTTP."""
