"""Message texts over the API."""
