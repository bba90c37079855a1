"""Tests of orders and of the customer's way in."""
