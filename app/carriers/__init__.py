"""One folder for each carrier, the webhook endpoint, and polling."""
