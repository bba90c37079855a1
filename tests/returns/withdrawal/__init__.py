"""Tests of returns, withdrawal."""
