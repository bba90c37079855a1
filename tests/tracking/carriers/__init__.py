"""Tests of carriers as tracking knows them."""
