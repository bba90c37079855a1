"""Habits of the code, read from its text: nothing is run."""
