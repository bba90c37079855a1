"""Tests of notify, send."""
