"""Tests of tracking, fold."""
