"""Royal Mail."""
