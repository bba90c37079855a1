"""Tests of returns, policy."""
