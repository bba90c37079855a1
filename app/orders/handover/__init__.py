"""Customers who are signed in with the shop come in without typing: by a link that it signs, or by its own provider."""
