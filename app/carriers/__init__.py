"""One file for each carrier, the webhook door, and polling."""
