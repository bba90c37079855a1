"""DHL's unified tracking."""
