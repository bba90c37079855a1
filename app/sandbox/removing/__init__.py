"""The demo taken out of a database again: what goes, and the page for it."""
