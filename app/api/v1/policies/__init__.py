"""Returns policies and reasons over HTTP: documents of a brand with versions."""
