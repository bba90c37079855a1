"""Tests of staff, auth."""
