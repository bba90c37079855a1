"""Scans coming in: reported, told apart, recorded."""
