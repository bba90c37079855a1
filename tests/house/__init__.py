"""Tests of the whole house: what holds for every file, every page and every door."""
