"""The section «Replies» of the settings."""
