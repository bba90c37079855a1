"""Asking carriers: whom, when, with which credentials."""
