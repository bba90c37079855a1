"""Tests of notify, plan."""
