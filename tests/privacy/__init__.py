"""Privacy: what is held, what is erased, what ends, and what comes back after a restore."""
