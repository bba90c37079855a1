"""CTT Express."""
