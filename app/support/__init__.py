"""Support: what customers write to the shop's people about an order, and what these answer."""
