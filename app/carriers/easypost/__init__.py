"""EasyPost."""
