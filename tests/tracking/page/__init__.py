"""Tests of tracking, page."""
