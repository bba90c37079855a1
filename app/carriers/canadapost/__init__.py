"""Canada Post."""
