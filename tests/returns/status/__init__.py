"""Tests of returns, status."""
