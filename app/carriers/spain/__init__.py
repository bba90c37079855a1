"""Spanish carriers."""
