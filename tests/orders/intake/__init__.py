"""Tests of orders, intake."""
