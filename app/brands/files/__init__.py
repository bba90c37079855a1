"""A brand's pictures: made anew from what was sent, in a process of its own, and kept in the database."""
