"""Old Dominion."""
