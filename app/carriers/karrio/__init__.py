"""karrio."""
