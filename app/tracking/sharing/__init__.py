"""A tracking link to pass on: what it shows, and the page where it is made and ended."""
