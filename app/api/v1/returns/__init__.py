"""Returns over the API."""
