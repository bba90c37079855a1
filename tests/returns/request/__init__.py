"""Tests of returns, request."""
