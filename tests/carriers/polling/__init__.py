"""Tests of carriers, polling."""
