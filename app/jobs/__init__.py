"""What the worker does: every job by name, a file a domain; each is an edge that opens its own session and commits."""
