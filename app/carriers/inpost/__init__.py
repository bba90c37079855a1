"""InPost."""
