"""Who carries messages: a folder each, what they share, and their way back to us."""
