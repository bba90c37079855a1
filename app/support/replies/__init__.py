"""Saved replies: texts that a shop writes once for its answers to customers, with variables."""
