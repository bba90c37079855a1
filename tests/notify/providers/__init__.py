"""Tests of notify, providers."""
