"""Tests of orders, lookup."""
