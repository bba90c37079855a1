"""Message texts of a shop's own: the language they are written in, what may stand in them, how they are checked."""
