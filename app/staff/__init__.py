"""The shop's own people: sign-in, roles, console, warehouse."""
