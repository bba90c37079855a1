"""Tests of days, times and amounts in words."""
