"""Tests of a shop's own texts."""
