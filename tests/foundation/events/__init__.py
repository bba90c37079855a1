"""Tests of foundation, events."""
