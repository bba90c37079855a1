"""Nacex."""
