"""Mondial Relay."""
