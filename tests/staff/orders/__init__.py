"""Tests of staff, orders."""
