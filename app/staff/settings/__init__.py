"""What admins set: a folder a section."""
