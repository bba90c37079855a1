"""Australia Post."""
