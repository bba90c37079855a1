"""DHL Express."""
