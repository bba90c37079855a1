"""The order as the customer knows it, and the customer's way in."""
