"""Money and units that the shop's own system gave back."""
