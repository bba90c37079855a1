"""Tests of carriers, base."""
