"""Staff signing in: passwords, second factor, roles, and what limits guessing."""
