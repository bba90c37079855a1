"""Medusa 2: its orders, exchanges and claims as the order document."""
