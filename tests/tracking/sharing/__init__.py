"""Links to pass on."""
