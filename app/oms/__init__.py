"""Order management systems: one file for each, and their webhook door."""
