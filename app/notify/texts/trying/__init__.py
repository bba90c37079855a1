"""A shop's own text tried before it holds: made-up facts, how it looks, and one sent to oneself."""
