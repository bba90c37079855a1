"""A shop's own rules."""
