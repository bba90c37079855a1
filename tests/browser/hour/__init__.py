"""A shop of one's own set up by its pages alone, by who types like a person; what it takes is counted."""
