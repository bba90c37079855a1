"""Staff who sign in at the shop's own provider: settings, mapped roles, the way there and back."""
