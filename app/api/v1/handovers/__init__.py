"""Links for customers who are signed in with the shop, over HTTP."""
