"""Tests of foundation, core."""
