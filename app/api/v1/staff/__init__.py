"""Members of staff over HTTP."""
