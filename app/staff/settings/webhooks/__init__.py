"""Outbound webhooks: who is told of what, and how that goes."""
