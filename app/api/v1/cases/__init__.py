"""Cases of support over HTTP."""
