"""Tests of returns, refunds."""
