"""Privacy in the settings: one person, what was asked for, and for how long things are kept."""
