"""Tests of tracking, ingest."""
