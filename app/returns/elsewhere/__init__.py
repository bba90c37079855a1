"""Money and units given back in the shop's own system: what was told, what of it is ours, what a person decided."""
