"""Messages over the API."""
