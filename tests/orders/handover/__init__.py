"""Tests of customers who come in signed in with the shop."""
