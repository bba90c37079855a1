"""Notes of staff on orders, returns, cases and rows of worklists."""
