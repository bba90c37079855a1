"""The audit trail: who did or saw what, append-only, chained by hash and anchored outside of its table."""
