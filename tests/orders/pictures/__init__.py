"""Tests of orders, pictures."""
