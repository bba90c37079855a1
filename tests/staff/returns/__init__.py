"""Tests of staff, returns."""
