"""Tests of drop-off points."""
