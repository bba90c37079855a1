"""Labels of our own: a number, at once."""
