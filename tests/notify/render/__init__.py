"""Tests of notify, render."""
