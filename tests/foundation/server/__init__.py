"""Tests of foundation, server."""
