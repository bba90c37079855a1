"""Signing in elsewhere by OpenID Connect: a provider as it describes itself, the way there and back, its token."""
