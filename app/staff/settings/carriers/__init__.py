"""Carriers: how they do, tests of one, what their codes mean."""
