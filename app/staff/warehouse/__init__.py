"""The warehouse's desk."""
