"""Tests of order intake."""
