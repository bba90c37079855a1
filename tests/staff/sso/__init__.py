"""Staff who sign in at a provider of their own."""
