"""Tests of support: the form, cases, what is told of them."""
