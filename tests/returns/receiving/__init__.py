"""Tests of returns, receiving."""
