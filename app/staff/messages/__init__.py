"""Messages in the console."""
