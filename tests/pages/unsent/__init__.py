"""Tests of forms that no view has taken."""
