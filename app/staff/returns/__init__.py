"""Returns in the console."""
