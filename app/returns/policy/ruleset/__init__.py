"""A shop's own ordered rules: what each asks, what it does, what holds of them together. All of it is pure."""
