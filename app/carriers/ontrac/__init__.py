"""OnTrac."""
