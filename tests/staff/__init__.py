"""Tests, a folder a domain."""
