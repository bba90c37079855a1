"""The shop's own house in the console: each section a folder, listed in ``sections``."""
