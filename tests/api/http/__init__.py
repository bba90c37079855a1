"""Tests of api, http."""
