"""PostNL."""
