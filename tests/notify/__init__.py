"""Messages: what is said, to whom, once."""
