"""Drop-off points over HTTP."""
