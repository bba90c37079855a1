"""Rows are locked in one order, before they are read, and claimed by one alone."""
