"""Order management systems: a folder for each kind, and the endpoints where they deliver."""
