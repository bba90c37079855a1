"""The clock over HTTP."""
