"""Tests of notify, preferences."""
