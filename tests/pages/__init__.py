"""Tests of the common pages, the look and the translations."""
